import MIME

/// What holds for every document, whatever the message: ranges within the message and within each other, parts in
/// document order, and everything can be read and decoded.
func requireSound(_ document: MIMEDocument, limits: MIMELimits) {
    require(document.partCount >= 1 && document.partCount <= limits.parts, "\(document.partCount) parts")
    let message = 0..<document.message.count
    var depths: [Int] = []
    var total = 0
    for part in document.parts {
        requireInside(part.range, message, "part")
        requireInside(part.bodyRange, part.range ?? message, "body")
        require((part.parent == nil) == (part.index == 0), "only the message itself is in no part")
        if let parent = part.parent {
            require(parent.index < part.index, "part \(part.index) comes after the part it is in")
            require(part.depth == depths[parent.index] + 1, "part \(part.index) is one deeper than the part it is in")
        }
        depths.append(part.depth)
        require(part.depth < limits.depth, "depth \(part.depth)")
        for field in part.headers {
            requireInside(field.range, part.range ?? message, "field")
            total &+= checksum(field.rawValue) &+ field.name.utf8.count &+ field.text.utf8.count
        }
        total &+= checksum(part.body) &+ checksum(part.decodedBody().bytes)
        total &+= part.contentType.parameters.count
    }
    for defect in document.defects {
        requireInside(defect.range, message, "defect")
        require(defect.part < document.partCount, "a defect of a part that is there")
    }
    require(total != .min, "the bytes were read")
}

private func requireInside(_ inner: Range<Int>?, _ outer: Range<Int>, _ name: String) {
    guard let inner else { return }
    require(
        inner.lowerBound >= outer.lowerBound && inner.upperBound <= outer.upperBound, "\(name) \(inner) in \(outer)")
}

/// Reads every byte.
private func checksum(_ bytes: MessageBytes) -> Int {
    bytes.reduce(0) { $0 &+ Int($1) }
}
