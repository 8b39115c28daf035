#if canImport(FoundationEssentials)
    public import FoundationEssentials

    // `localizedDescription` of an error that does not conform is its type's name and a number.

    extension WireError: LocalizedError {
        public var errorDescription: String? { description }
    }

    extension CommandError: LocalizedError {
        public var errorDescription: String? { description }
    }
#endif
