@testable import MIME

/// Octets in any charset become valid text, and HTML and text become each other without an end to their size, and with
/// nothing in the HTML that could be markup of the sender's.
///
/// Input: the charset (1 byte), the octets.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTextConversions(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let charset = charsets[Int(input.byte()) % charsets.count]
    let octets = Array(input.rest)
    let decoded = Charset(charset).decode(octets).utf8
    require(decoded.isUTF8, "text in \(charset) becomes UTF-8")
    require(CharsetReading(octets, declared: nil, isHTML: true).decoded.utf8.isUTF8, "text in no charset becomes UTF-8")

    let text = HTMLToText.convert(decoded, limit: decoded.count)
    require(text.isUTF8, "HTML becomes valid text")
    require(text.count <= 66 * decoded.count, "text of HTML is no longer than its deepest quotes make it")
    let unwrapped = FlowedText.unwrap(LineEnds.unix(decoded), deletesSpace: octets.first == 0)
    require(unwrapped.count <= 2 * decoded.count + 2, "unwrapped text is no longer")

    let html = TextToHTML.paragraphs(decoded)
    require(html.isUTF8, "text becomes valid HTML")
    let tags = html.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false).dropFirst()
    for tag in tags {
        let name = String(decoding: tag.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ">") }, as: UTF8.self)
        require(["p", "/p", "br/", "a", "/a"].contains(name), "no other tag is made of text: \(name)")
    }
    return 0
}

private let charsets = [
    "utf-8", "us-ascii", "iso-8859-1", "windows-1252", "utf-16", "utf-7", "iso-2022-jp", "hz-gb-2312", "gb18030",
    "big5-hkscs", "euc-kr", "koi8-r", "tcvn", "none",
]
