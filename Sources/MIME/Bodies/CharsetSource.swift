/// Where it comes from in which charset a text was read.
public enum CharsetSource: String, Sendable, Hashable, CaseIterable {
    /// The part's header names it.
    case declared
    /// The octets begin with a byte order mark.
    case byteOrderMark
    /// The HTML names it in a meta element.
    case htmlMeta
    /// Nothing names it, and the octets are UTF-8 or plain ASCII.
    case validUTF8
    /// A detector found it likely (trait CharsetDetection).
    case detected
    /// Nothing tells: read as Windows-1252, which has a reading for every octet.
    case fallback
}
