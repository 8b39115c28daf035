/// Text whose paragraphs were cut into lines for transport (RFC 3676).
enum FlowedText {
    private static let quote = UInt8(ascii: ">")
    private static let space = UInt8(ascii: " ")
    private static let newline = UInt8(ascii: "\n")

    /// Joins the lines of each paragraph; `deletesSpace` is the parameter DelSp. O(n).
    static func unwrap(_ input: [UInt8], deletesSpace: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(input.count)
        var isContinuing = false
        var depth = 0
        var position = 0
        while position <= input.count {
            let end = input[position...].firstIndex(of: newline) ?? input.count
            let (lineDepth, content) = parse(input[position..<end])
            let isSignature = content.elementsEqual("-- ".utf8)
            if !(isContinuing && lineDepth == depth && !isSignature) {
                if position > 0 { result.append(newline) }
                result.append(contentsOf: repeatElement(quote, count: lineDepth))
                if lineDepth > 0 { result.append(space) }
            }
            depth = lineDepth
            isContinuing = content.last == space && !isSignature
            result += isContinuing && deletesSpace ? content.dropLast() : content
            position = end + 1
        }
        return result
    }

    /// Takes quote marks and space-stuffing off (RFC 3676 §4.4, §4.5).
    private static func parse(_ line: ArraySlice<UInt8>) -> (depth: Int, content: ArraySlice<UInt8>) {
        let depth = line.prefix { $0 == quote }.count
        let content = line.dropFirst(depth)
        return (depth, content.first == space ? content.dropFirst() : content)
    }
}
