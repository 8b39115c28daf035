import Foundation

/// Cases in which this library reads otherwise than a corpus expects, each with the clause that says so and a reason.
///
/// The files lie in `Deviations`: lines of source, item, clause and reason, separated by tabs. An item that is a text
/// stands in quotation marks, as in JSON.
struct Deviations {
    struct Row {
        let source: String
        let item: String
        let clause: String
        let reason: String
    }

    enum Failure: Error {
        case malformed(String)
    }

    static var headerVectors: [Row] {
        get throws { try rows("header-vectors") }
    }

    static func rows(_ name: String) throws -> [Row] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Deviations/\(name).tsv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        return try lines.map { line in
            let cells = line.split(separator: "\t").map(String.init)
            guard cells.count == 4 else { throw Failure.malformed(String(line)) }
            return Row(source: cells[0], item: try text(cells[1]), clause: cells[2], reason: cells[3])
        }
    }

    private static func text(_ cell: String) throws -> String {
        cell.hasPrefix("\"") ? try JSONDecoder().decode(String.self, from: Data(cell.utf8)) : cell
    }

    /// An item as it stands in a file.
    static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }
}
