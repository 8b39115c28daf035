#if canImport(FoundationEssentials)
    public import FoundationEssentials

    // `localizedDescription` of an error that does not conform is its type's name and a number.

    extension MIMEError: LocalizedError {
        public var errorDescription: String? { description }
    }

    extension MIMEIndexError: LocalizedError {
        public var errorDescription: String? { description }
    }

    extension ChecksumError: LocalizedError {
        public var errorDescription: String? { description }
    }

    extension MessageFragment.Failure: LocalizedError {
        public var errorDescription: String? { description }
    }
#endif
