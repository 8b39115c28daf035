extension MaildropDrain.Options {
    @available(*, deprecated, renamed: "syncBytes")
    public var syncOctets: Int {
        get { syncBytes }
        set { syncBytes = newValue }
    }
}

extension MaildropDrain.Progress {
    @available(*, deprecated, renamed: "plannedBytes")
    public var plannedOctets: Int { plannedBytes }

    @available(*, deprecated, renamed: "bytes")
    public var octets: Int { bytes }
}
