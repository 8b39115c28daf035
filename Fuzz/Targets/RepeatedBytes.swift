import MIME

/// A message in which a few bytes stand again and again costs no more than its size: a reading that looks ahead and comes
/// back, or that copies what it holds, runs into the time-out.
///
/// Input: where the bytes are (2 bytes), how many they are (1 byte), the message.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRepeatedBytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let place = Int(input.byte()) | Int(input.byte()) << 8
    let length = Int(input.byte() % 16) + 1
    let rest = Array(input.rest.prefix(4096))
    guard !rest.isEmpty else { return 0 }
    let first = place % rest.count
    let end = min(first + length, rest.count)
    let piece = rest[first..<end]
    let repeats = repeated / piece.count
    let message = MessageBytes(
        Array(rest[..<first]) + Array(repeatElement(piece, count: repeats).joined()) + Array(rest[end...]))

    var line: [UInt8] = []
    let mail = Mail(NativeMIMEParser().parse(message, limits: MIMELimits()))
    mail.writeJSON(source: nil, into: &line)
    require(line.last == UInt8(ascii: "}"), "a mail is one object of JSON")
    _ = (mail.preview(100), mail.embeddedFiles, mail.received, mail.baseSubject)

    var reader = MailReader()
    for start in stride(from: 0, to: message.count, by: 512) {
        _ = reader.receive(message.extracting(start..<min(start + 512, message.count)))
    }
    _ = reader.finish()
    return 0
}

/// How long the repeated bytes are together: the square of it takes minutes.
private let repeated = 200_000
