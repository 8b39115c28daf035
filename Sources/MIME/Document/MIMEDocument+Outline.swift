extension MIMEDocument {
    /// The structure as indented text, a line for each part and each defect: for people.
    public var outline: String {
        var lines: [String] = []
        for part in parts {
            let indent = String(repeating: "  ", count: part.depth)
            var line =
                indent + (part.partID.isEmpty ? "" : part.partID + " ") + Self.printable(part.contentType.mediaType)
            if let charset = part.contentType[parameter: "charset"] { line += "; charset=" + Self.printable(charset) }
            line += ", \(part.transferEncoding.rawValue), \(part.body.count) octets"
            if let range = part.range { line += " [\(range.lowerBound), \(range.upperBound))" }
            if let name = part.filename { line += ", \(name.debugDescription)" }
            lines.append(line)
            for defect in defects where defect.part == part.index {
                lines.append("\(indent)  ! \(defect.code.rawValue): \(defect.code.action)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// As it is where it is plain ASCII, otherwise quoted and escaped: a terminal would obey control characters.
    private static func printable(_ text: String) -> String {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : text.debugDescription
    }
}
