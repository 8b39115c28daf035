extension Difference {
    /// How much a difference matters to somebody who relies on either reading.
    public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        /// The same mail, told differently.
        case minor
        /// A reader sees something else: a name, a type, a header field.
        case visible
        /// One of the backends has content that the other does not have.
        case loss

        /// By rank: minor, visible, loss.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .minor: 0
            case .visible: 1
            case .loss: 2
            }
        }
    }

    /// How much this difference matters, by its kind.
    public var severity: Severity { kind.severity }
}

extension Difference.Kind {
    /// How much differences of this kind matter. Header values are minor because what they say is compared by the kinds
    /// that depend on them.
    public var severity: Difference.Severity {
        switch self {
        case .headerValues, .lineEnds, .range: .minor
        case .contentType, .filename, .headerNames, .addresses, .text: .visible
        case .structure, .content: .loss
        }
    }
}

extension Comparison {
    /// Whether the backends read the message alike in every point that is compared.
    public var isAgreement: Bool { differences.isEmpty }

    /// The gravest difference's severity; nil where there is none.
    public var severity: Difference.Severity? { differences.map(\.severity).max() }

    /// How many differences there are of each kind.
    public var countsByKind: [Difference.Kind: Int] {
        differences.reduce(into: [:]) { counts, difference in counts[difference.kind, default: 0] += 1 }
    }
}
