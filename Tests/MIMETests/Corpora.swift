import Foundation

/// The conformance corpora, which lie beside the checkout where they are there at all.
enum Corpora {
    static let folder: URL? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = package.deletingLastPathComponent().appending(path: "shared/corpora")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static var isPresent: Bool { folder != nil }

    /// All messages, by their paths.
    static var messages: [URL] {
        guard let folder, let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
            return []
        }
        return files.compactMap { $0 as? URL }.filter { ["eml", "msg"].contains($0.pathExtension) }
            .sorted { $0.path < $1.path }
    }

    /// The cases of a header vector file: a value and its expected reading.
    static func vectors(_ name: String) throws -> [(header: String, expected: Any)] {
        guard let folder else { return [] }
        let data = try Data(contentsOf: folder.appending(path: "stalwart/\(name).json"))
        let cases = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
        return cases.compactMap { entry in
            guard let header = entry["header"] as? String, let expected = entry["expected"] else { return nil }
            return (firstField(header), expected)
        }
    }

    /// The value up to the line end that no white space follows, where the header's next field begins.
    private static func firstField(_ header: String) -> String {
        let octets = Array(header.utf8)
        for (index, octet) in octets.enumerated() where octet == 0x0A {
            guard index + 1 < octets.count, octets[index + 1] == 0x20 || octets[index + 1] == 0x09 else {
                return String(decoding: octets[...index], as: UTF8.self)
            }
        }
        return header
    }
}
