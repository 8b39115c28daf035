import BIOTransport

/// Distinguishes a server that drips bytes from one that is busy: counts what arrives against the time spent waiting for it.
///
/// Time in which the client does not ask for bytes does not count, so a slow consumer is no slow server.
struct RateMonitor {
    private let minimum: Int
    private let period: Duration
    private var waited = Duration.zero
    private var bytes = 0

    init(_ timeouts: POP3Configuration.Timeouts) {
        minimum = timeouts.minimumRate
        period = timeouts.ratePeriod
    }

    /// Begins a new period, as with a new command.
    mutating func restart() {
        waited = .zero
        bytes = 0
    }

    mutating func received(_ count: Int) {
        bytes += count
    }

    /// The rest of the present period.
    var remaining: Duration { minimum > 0 ? max(.zero, period - waited) : .seconds(Int64.max / 4_000_000_000) }

    mutating func waited(_ duration: Duration) throws(TransportError) {
        guard minimum > 0 else { return }
        waited += duration
        guard waited >= period else { return }
        let seconds = Double(waited.components.seconds) + Double(waited.components.attoseconds) / 1e18
        let rate = Int(Double(bytes) / max(seconds, 1e-9))
        guard rate >= minimum else { throw .tooSlow(bytesPerSecond: rate, minimum: minimum) }
        restart()
    }
}
