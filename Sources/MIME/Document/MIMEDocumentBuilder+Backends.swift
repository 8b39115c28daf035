/// What backends outside this package build documents with. Ranges are checked; a wrong one is a programmer's error.
extension MIMEDocumentBuilder {
    /// Adds a part, and gives its index.
    ///
    /// - Parameters:
    ///   - parent: the part around it, a multipart or an embedded message; nil for the message itself, which comes
    ///     first.
    ///   - kind: whether parts are within it.
    ///   - encoding: of the body, which is taken off by whoever asks for the content.
    public mutating func addPart(in parent: Int?, _ kind: MIMEPart.Kind, _ encoding: TransferEncoding) -> Int {
        precondition(
            (parent == nil) == (partCount == 0), "the first part is the message itself, and the only one in no other")
        if let parent {
            precondition(parent >= 0 && parent < partCount, "the part around this one is there")
            precondition(records[parent].kind != .leaf, "a leaf holds no parts")
        }
        let part = addPart(parent: parent ?? -1)
        setKind(kind, encoding, of: part)
        return part
    }

    /// Adds a header field to the part that was added last.
    ///
    /// - Parameters:
    ///   - name: where it is in the message, without the colon.
    ///   - value: from behind the colon to before the last line end, folded as it came.
    public mutating func addField(name: Range<Int>, value: Range<Int>) {
        precondition(partCount > 0, "a field is of a part")
        checkIsInMessage(name)
        checkIsInMessage(value)
        addField(name: slice(name), value: slice(value))
    }

    /// Adds a header field that lies outside the message to the part that was added last.
    public mutating func addField(name: MessageBytes, value: MessageBytes) {
        precondition(partCount > 0, "a field is of a part")
        addField(name: keep(name), value: keep(value))
    }

    /// Says where a part lies in the message: `whole` is header and body, `body` is behind the empty line.
    public mutating func setRange(_ whole: Range<Int>, body: Range<Int>, of part: Int) {
        precondition(part >= 0 && part < partCount, "the part is there")
        precondition(
            whole.lowerBound <= body.lowerBound && body.upperBound <= whole.upperBound, "the body is in its part")
        checkIsInMessage(whole)
        setWhole(slice(whole), of: part)
        setBody(slice(body), of: part)
    }

    /// Gives a part a body that lies outside the message, still encoded.
    public mutating func setBody(_ body: MessageBytes, of part: Int) {
        precondition(part >= 0 && part < partCount, "the part is there")
        let body = keep(body)
        setWhole(body, of: part)
        setBody(body, of: part)
    }

    /// Notes what is wrong with the message. `range` is nil where the backend cannot tell.
    public mutating func note(_ code: MIMEDefect.Code, at range: Range<Int>?, in part: Int) {
        precondition(part >= 0 && part < partCount, "the part is there")
        if let range { checkIsInMessage(range) }
        note(code, range, part: part)
    }

    private func checkIsInMessage(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= message.count, "\(range) is in the message")
    }

    private mutating func keep(_ bytes: MessageBytes) -> MIMEDocument.Slice {
        kept.append(bytes)
        return MIMEDocument.Slice(address: MIMEDocument.Slice.address(of: bytes), count: bytes.count)
    }
}
