extension MessageBytes {
    @available(*, deprecated, message: "a message is a collection of bytes itself")
    public var bytes: MessageBytes { self }
}
