import CAllocation
public import MIME

/// Two backends over any number of messages: where they differ, and what each costs.
public struct ComparisonRun: Sendable {
    /// What a backend took for all messages.
    public struct Cost: Sendable {
        /// The time of parsing alone, nothing decoded.
        public internal(set) var time = Duration.zero
        /// Octets of memory that the documents held after parsing, beside the message's own.
        public internal(set) var memory = 0
        /// Messages of which the backend made no document at all.
        public internal(set) var failures = 0
    }

    /// One message, and how the backends differ over it.
    public struct Reading: Sendable {
        public let source: String
        public let size: Int
        public let differences: [Difference]
        /// The outlines of both documents where they differ; for those over the limit, empty.
        public let outlines: (first: String, second: String)

        /// The gravest difference's severity; nil where there is none.
        public var severity: Difference.Severity? { differences.map(\.severity).max() }
    }

    public let names: (first: String, second: String)
    public private(set) var messages = 0
    public private(set) var octets = 0
    public private(set) var agreeing = 0
    /// In how many messages there is a difference of a kind.
    public private(set) var countsByKind: [Difference.Kind: Int] = [:]
    /// How many messages have a gravest difference of a severity.
    public private(set) var countsBySeverity: [Difference.Severity: Int] = [:]
    public private(set) var costs = (first: Cost(), second: Cost())
    /// The first messages that differ, up to `differingLimit`.
    public private(set) var differing: [Reading] = []

    /// How many messages that differ are kept with their outlines.
    public let differingLimit: Int

    private let parsers: (first: any MIMEParser, second: any MIMEParser)
    private let limits: MIMELimits

    public init(
        _ first: some MIMEParser, _ second: some MIMEParser, limits: MIMELimits = MIMELimits(),
        differingLimit: Int = 200
    ) {
        names = (type(of: first).name, type(of: second).name)
        parsers = (first, second)
        self.limits = limits
        self.differingLimit = differingLimit
    }

    /// Reads a message by both backends.
    ///
    /// The backends take turns in being first, so that neither always finds the message in the processor's cache.
    /// Memory is what the C library has handed out meanwhile; other threads that allocate disturb it.
    ///
    /// - Returns: how they differ; nil where one of them makes no document, which `costs` counts.
    @discardableResult
    public mutating func add(_ message: MessageBytes, source: String) -> Reading? {
        var documents: (first: MIMEDocument?, second: MIMEDocument?)
        if messages.isMultiple(of: 2) {
            documents.first = Self.parse(message, parsers.first, limits, &costs.first)
            documents.second = Self.parse(message, parsers.second, limits, &costs.second)
        } else {
            documents.second = Self.parse(message, parsers.second, limits, &costs.second)
            documents.first = Self.parse(message, parsers.first, limits, &costs.first)
        }
        messages += 1
        octets += message.count
        guard let first = documents.first, let second = documents.second else { return nil }
        let differences = Comparison(first, second).differences
        let isKept = !differences.isEmpty && differing.count < differingLimit
        let reading = Reading(
            source: source, size: message.count, differences: differences,
            outlines: isKept ? (first.outline, second.outline) : ("", ""))
        if isKept { differing.append(reading) }
        if differences.isEmpty { agreeing += 1 }
        for kind in Set(differences.map(\.kind)) { countsByKind[kind, default: 0] += 1 }
        if let severity = reading.severity { countsBySeverity[severity, default: 0] += 1 }
        return reading
    }

    private static func parse(
        _ message: MessageBytes, _ parser: any MIMEParser, _ limits: MIMELimits, _ cost: inout Cost
    ) -> MIMEDocument? {
        let before = Int(sluice_allocated_bytes())
        var document: MIMEDocument?
        let clock = ContinuousClock()
        cost.time += clock.measure { document = try? parser.parse(message, limits: limits) }
        if document == nil { cost.failures += 1 }
        cost.memory += max(0, Int(sluice_allocated_bytes()) - before)
        return document
    }
}
