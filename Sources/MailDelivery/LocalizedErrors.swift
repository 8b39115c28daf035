#if canImport(FoundationEssentials)
    public import FoundationEssentials
    public import MailStores

    // `localizedDescription` of an error that does not conform is its type's name and a number.

    extension DrainError: LocalizedError {
        public var errorDescription: String? { description }
    }

    extension SinkError: LocalizedError {
        public var errorDescription: String? { description }
    }
#endif
