public import MessageBuffers

// Names of earlier releases.
extension POP3Session {
    @available(*, deprecated, renamed: "fetchStatus()")
    public func status() async throws(POP3Error) -> MaildropStatus { try await fetchStatus() }

    @available(*, deprecated, renamed: "fetchSize(of:)")
    public func size(of number: Int) async throws(POP3Error) -> Int? { try await fetchSize(of: number) }

    @available(*, deprecated, renamed: "fetchUniqueID(of:)")
    public func uniqueID(of number: Int) async throws(POP3Error) -> UniqueID? { try await fetchUniqueID(of: number) }

    @available(*, deprecated, renamed: "fetchLastAccessed()")
    public func last() async throws(POP3Error) -> Int? { try await fetchLastAccessed() }

    @available(*, deprecated, renamed: "retrieveMessage(_:)")
    public func message(_ number: Int) async throws(POP3Error) -> MessageBytes { try await retrieveMessage(number) }

    @available(*, deprecated, renamed: "retrieveTop(of:lines:)")
    public func top(_ number: Int, lines: Int = 0) async throws(POP3Error) -> MessageBytes {
        try await retrieveTop(of: number, lines: lines)
    }

    @available(*, deprecated, renamed: "fetchCapabilities()")
    public func capabilities() async throws(POP3Error) -> POP3Capabilities { try await fetchCapabilities() }

    @available(*, deprecated, renamed: "fetchLanguages()")
    public func languages() async throws(POP3Error) -> [(tag: String, description: String)] {
        try await fetchLanguages()
    }

    @available(*, deprecated, renamed: "sendCommand(_:_:)")
    public func command(_ keyword: String, _ arguments: [String] = []) async throws(POP3Error) -> MessageBytes {
        try await sendCommand(keyword, arguments)
    }

    @available(*, deprecated, renamed: "sendCommand(_:_:expectingLines:)")
    public func command(
        _ keyword: String, _ arguments: [String] = [], expectingLines: Bool
    ) async throws(POP3Error) -> (status: MessageBytes, lines: [MessageBytes]) {
        try await sendCommand(keyword, arguments, expectingLines: expectingLines)
    }
}

extension UniqueID {
    @available(*, deprecated, renamed: "bytes")
    public var octets: ArraySlice<UInt8> { bytes[...] }
}
