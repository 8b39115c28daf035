/// The three folders that make a Maildir.
package enum MaildirFolders {
    package static let names = ["tmp", "new", "cur"]

    /// Makes sure that `directory` is a Maildir, creating what is missing.
    ///
    /// - Throws: ``SinkError/unsuitable(path:reason:)`` where the folder holds other things: a typing error must not
    ///   strew folders over somebody's home.
    /// - Returns: whether any part of the Maildir had to be created.
    package static func prepare(_ directory: String, durably: Bool) throws(SinkError) -> Bool {
        let isNew = try Folder.create(directory)
        let folder = try Folder(path: directory)
        var present: Set<String> = []
        try folder.forEachName { present.insert(String(decoding: $0, as: UTF8.self)) }
        guard present.isEmpty || present.contains("new") && present.contains("cur") else {
            throw .unsuitable(path: directory, reason: "the folder is not empty and is no Maildir")
        }
        var changed = isNew
        for name in names where !present.contains(name) {
            changed = try Folder.create(directory + "/" + name) || changed
        }
        guard changed, durably else { return changed }
        try folder.makeDurable()
        if isNew { try Folder.containing(directory).makeDurable() }
        return true
    }
}
