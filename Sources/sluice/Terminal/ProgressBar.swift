import Glibc
import MailDelivery

/// A line on the terminal that shows how far a drain has come, its rate, and the time that is left.
struct ProgressBar {
    private static let width = 24
    private static let interval = Duration.milliseconds(100)

    private let start = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?

    /// Draws, though no more often than is useful.
    mutating func show(_ progress: MaildropDrain.Progress) {
        let now = ContinuousClock.now
        if let lastDrawn, now - lastDrawn < Self.interval { return }
        lastDrawn = now
        StandardError.write("\r\u{1B}[K" + line(progress, elapsed: now - start))
    }

    /// Takes the line away.
    func clear() {
        if lastDrawn != nil { StandardError.write("\r\u{1B}[K") }
    }

    private func line(_ progress: MaildropDrain.Progress, elapsed: Duration) -> String {
        let share =
            progress.plannedBytes > 0
            ? min(1, max(0, Double(progress.bytes) / Double(progress.plannedBytes)))
            : (progress.plannedMessages == 0 ? 1 : 0)
        let filled = Int(share * Double(Self.width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        let seconds = max(elapsed.seconds, 0.001)
        let rate = Double(progress.bytes) / seconds
        var text = "\(bar) \(Int(share * 100)) %  \(progress.messages)/\(progress.plannedMessages) messages"
        text += "  \(ByteCount(Int(clamping: rate)))/s"
        if share > 0, share < 1 { text += "  \(Self.clock(seconds / share - seconds)) left" }
        return text
    }

    private static func clock(_ seconds: Double) -> String {
        let total = Int(clamping: seconds.rounded(.up))
        let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
        let padded = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
    }
}

extension Int {
    /// The whole number next to `value` towards zero, or the nearest one that there is: a server's numbers can be of any
    /// size, and the conversion of a number that does not fit traps.
    init(clamping value: Double) {
        self = Int(exactly: value.rounded(.towardZero)) ?? (value > 0 ? .max : value < 0 ? .min : 0)
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
