@testable import MIME

/// A winmail.dat, a text with files in it, and a report: whatever they hold, they are read to their end, and nothing
/// that is found is larger than it can be.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzContainedFiles(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let content = MessageBytes(UnsafeBufferPointer(start: start, count: count))
    if let contents = TNEFContents(content) {
        for file in contents.files { require(file.content.count <= count, "a file of winmail.dat is a part of it") }
        require(contents.rtf?.count ?? 0 <= 9 * count, "RTF is at most nine times as long")
    }
    _ = CompressedRTF.decompress(content, 0..<count)
    var end = 0
    for file in EmbeddedFiles.find(in: content) {
        require(file.range.lowerBound >= end && file.range.upperBound <= count, "files follow each other")
        // A line of uuencode whose spaces were cut off is its length alone.
        require(file.content.count <= 63 * file.range.count, "a file is as long as its lines say")
        end = file.range.upperBound
    }
    let fields = ReportFields(content).groups.reduce(0) { $0 + $1.count }
    require(fields <= MIMELimits().headerFields, "fields within their limit")
    _ = DeliveryStatus(content)
    _ = DispositionNotification(content)
    _ = FeedbackReport(content)
    return 0
}
