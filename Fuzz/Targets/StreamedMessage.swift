@testable import MIME

/// However a message is cut, its pieces are read as the whole is: the same parts at the same places with the same
/// content.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStreamedMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let lengths = (0..<3).map { _ in input.byte() }
    var limits = MIMELimits()
    limits.depth = 10
    limits.parts = 50
    // Embedded messages that are encoded are leaves of a message in pieces.
    limits.embeddedBytes = -1
    let document = NativeMIMEParser().parse(MessageBytes(input.rest), limits: limits)

    var scanner = StreamScanner(limits)
    var contents: [[UInt8]] = []
    var ended = 0
    func check(_ events: [StreamScanner.Event]) {
        for event in events {
            switch event {
            case .began(let part):
                require(part.index == contents.count, "parts begin in document order")
                contents.append([])
            case .content(let bytes, let part): contents[part] += Array(bytes)
            case .ended(let index, let kind, let range, let bodyRange):
                ended += 1
                let part = MIMEPart(document: document, index: index)
                require(kind == part.kind && range == part.range && bodyRange == part.bodyRange, "the same place")
                if kind == .leaf { require(contents[index] == Array(part.decodedBody().bytes), "the same content") }
            case .defect: break
            }
        }
    }
    for piece in FuzzInput.pieces(of: input.rest, lengths: lengths) { check(scanner.receive(MessageBytes(piece))) }
    check(scanner.finish())
    require(contents.count == document.partCount && ended == document.partCount, "the same parts")
    let cut = FuzzInput.pieces(of: input.rest, lengths: lengths)
    require(contentOfMail(cut, limits) == contentOfMail([input.rest], limits), "a mail in pieces is that mail")
    return 0
}

/// The texts and attachments that a mail in pieces gives.
private func contentOfMail(_ pieces: [ArraySlice<UInt8>], _ limits: MIMELimits) -> [[UInt8]] {
    var reader = MailReader(limits: limits, textBytes: 4096)
    var contents: [[UInt8]] = []
    func take(_ events: [MailEvent]) {
        for event in events {
            switch event {
            case .text(let text): contents.append(Array(text.text.utf8))
            case .attachmentBegan: contents.append([])
            case .attachmentContent(let bytes): contents[contents.count - 1] += Array(bytes)
            case .attachmentEnded(let attachment):
                require(contents.last.map { $0.count } == attachment.size, "as long as its pieces")
                require(
                    contents.last.map { try? ChecksumAlgorithm.sha256.digest(MessageBytes($0)) } == (try? attachment.checksum),
                    "the checksum of its pieces")
            case .header, .defect: break
            }
        }
    }
    for piece in pieces { take(reader.receive(MessageBytes(piece))) }
    take(reader.finish())
    return contents
}
