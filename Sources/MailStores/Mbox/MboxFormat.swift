/// How a message in an mbox is kept apart from what looks like the beginning of the next one.
public enum MboxFormat: Sendable, Hashable, CaseIterable {
    /// Lines of `From `, also after any number of `>`, have one `>` more. It can be read back exactly, and is what this
    /// library writes.
    case mboxrd
    /// Lines that begin with `From ` have a `>`, and those that began with `>From ` are as they were: which of them had
    /// which is lost.
    case mboxo
    /// Nothing is quoted: Content-Length gives the size of the body.
    case mboxcl2
    /// Each message is read as ``mboxcl2`` if its Content-Length leads to the next message and it holds a `From ` line
    /// that no other form leaves as it is, and else as ``mboxrd``.
    case automatic
}
