/// The three directories that make a Maildir.
package enum MaildirDirectories {
    package static let names = ["tmp", "new", "cur"]

    /// Makes sure that there is a Maildir at `path`, and creates what is missing.
    ///
    /// - Throws: ``SinkError/unsuitable(path:reason:)`` if the directory holds other things: a typing error must not
    ///   scatter directories over somebody's home. ``SinkError/system(_:path:_:)``.
    /// - Returns: whether any part of the Maildir had to be created.
    package static func prepare(_ path: String, durably: Bool) throws(SinkError) -> Bool {
        let isNew = try Directory.create(path)
        let directory = try Directory(path: path)
        var present: Set<String> = []
        try directory.forEachName { present.insert(String(decoding: $0, as: UTF8.self)) }
        guard present.isEmpty || present.contains("new") && present.contains("cur") else {
            throw .unsuitable(path: path, reason: "the directory is not empty and is no Maildir")
        }
        var changed = isNew
        for name in names where !present.contains(name) {
            changed = try Directory.create(path + "/" + name) || changed
        }
        guard changed, durably else { return changed }
        try directory.synchronize()
        if isNew { try Directory.parentDirectory(of: path).synchronize() }
        return true
    }
}
