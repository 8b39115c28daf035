import Glibc
import MIME
import MIMEMimetic

/// Reads the messages that come on standard input and says what each costs: a line of processor time in nanoseconds, the
/// least of the runs.
///
///     scaling-driver whole|mimetic|values|pieces|bytes RUNS < messages
///
/// A message is its length in eight bytes, the lowest first, and its bytes.
@main
struct ScalingDriver {
    /// A message that takes so long is not read again: little else disturbs it.
    private static let longEnough: UInt64 = 20_000_000

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let reading = Reading(rawValue: arguments[1]), let runs = Int(arguments[2]) else {
            fail("usage: scaling-driver whole|mimetic|values|pieces|bytes RUNS")
        }
        while let header = read(8) {
            let length = header.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            guard let bytes = read(Int(clamping: length)) else { fail("a message is missing") }
            let message = MessageBytes(bytes)
            var least = UInt64.max
            for _ in 0..<max(1, runs) {
                let start = processorTime()
                reading.read(message)
                least = min(least, processorTime() - start)
                if least > longEnough { break }
            }
            write("\(least)\n", to: STDOUT_FILENO)
        }
    }

    /// So many bytes of standard input; nil at its end.
    private static func read(_ count: Int) -> [UInt8]? {
        var have = 0
        // The calls write as many bytes as they return, within the capacity.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while have < count {
                let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[have...])
                let more = unsafe Glibc.read(STDIN_FILENO, rest.baseAddress, rest.count)
                if more <= 0 { break }
                have += more
            }
            initialized = have
        }
        if have == 0, count > 0 { return nil }
        guard have == count else { fail("a message ends early") }
        return bytes
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        // The call only reads the bytes.
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written != bytes.count { exit(74) }
    }

    private static func fail(_ reason: String) -> Never {
        write("scaling-driver: \(reason)\n", to: STDERR_FILENO)
        exit(64)
    }

    private static func processorTime() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// A way to read a message.
enum Reading: String {
    /// What `sluice parse --json` does, by either parser.
    case whole, mimetic
    /// All that a mail has and JSON does not hold.
    case values
    /// By `MailReader`, in pieces of 16 KiB, and of 61 bytes.
    case pieces, bytes

    func read(_ message: MessageBytes) {
        switch self {
        case .whole: Self.writeJSON(message, NativeMIMEParser())
        case .mimetic: Self.writeJSON(message, MimeticParser())
        case .values: Self.readValues(message)
        case .pieces: Self.push(message, every: 16 * 1024)
        case .bytes: Self.push(message, every: 61)
        }
    }

    private static func writeJSON(_ message: MessageBytes, _ parser: some MIMEParser) {
        // mimetic gives no document for some damage, which costs something too.
        guard let mail = try? Mail(message, parser: parser) else { return }
        var line: [UInt8] = []
        mail.writeJSON(source: nil, into: &line)
    }

    private static func readValues(_ message: MessageBytes) {
        guard let mail = try? Mail(message) else { return }
        _ = (mail.preview(200), mail.embeddedFiles, mail.document.outline, mail.baseSubject)
        _ = (mail.received, mail.authenticationResults, mail.dkimSignatures, mail.list)
        _ = (mail.deliveryStatus, mail.dispositionNotification, mail.feedbackReport)
        for part in mail.document.parts {
            _ = (part.tnefContents, part.externalBody, part.fragment, part.smimeType, part.contentLocation)
            _ = (part.signedContent?.canonicalOctets, part.encryptedContent)
        }
        _ = mail.document.parts.last?.related(to: "http://example.org/x")
        if let index = MIMEIndex(mail.document) { _ = try? index.open(message) }
    }

    private static func push(_ message: MessageBytes, every length: Int) {
        var reader = MailReader()
        for start in stride(from: 0, to: message.count, by: length) {
            for event in reader.receive(message.extracting(start..<min(start + length, message.count))) { take(event) }
        }
        for event in reader.finish() { take(event) }
    }

    private static func take(_ event: MailEvent) {
        if case .text(let text) = event { _ = text.text }
    }
}
