#if canImport(FoundationEssentials)
    public import BIOTransport
    public import FoundationEssentials
    public import SASL

    // `localizedDescription` of an error that does not conform is its type's name and a number.

    extension POP3Error: LocalizedError {
        public var errorDescription: String? { description }
    }

    extension TransportError: LocalizedError {
        public var errorDescription: String? { description }
    }

    extension AuthenticationError: LocalizedError {
        public var errorDescription: String? { description }
    }

    extension POP3URL.ParseError: LocalizedError {
        public var errorDescription: String? { "\(self)" }
    }
#endif
