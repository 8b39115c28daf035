import ArgumentParser
import Glibc
import MIME
import MIMECompare
import MIMEMimetic
internal import SystemPackage

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Read messages by both parsers, and tell where they differ.",
        discussion: """
            A path is what it is for parse. Without --json a table is shown. A difference is a result, not an error: the \
            exit code is 0 unless a path cannot be read or a parser makes nothing of a message.
            """)

    @Argument(help: ArgumentHelp("Messages, mbox files, Maildirs, folders, or -.", valueName: "path"))
    var paths: [String]

    @Flag(help: "Write one line of JSON for each message, and one with the sums.")
    var json = false

    @Option(
        help: ArgumentHelp("Write a page with charts, and the trees of the messages that differ.", valueName: "file"))
    var html: String?

    func run() throws {
        var run = ComparisonRun(NativeMIMEParser(), MimeticParser())
        for path in paths {
            do throws(MailFileError) {
                try MailFiles(path).read { source, message in
                    let reading = run.add(message, source: source)
                    if json, let reading { Self.show(ComparisonJSON.line(reading)) }
                }
            } catch {
                StandardError.complain("\(error)")
                throw error.status.code
            }
        }
        Self.show(json ? ComparisonJSON.summary(run) : Self.table(run))
        if let html { try write(ComparisonPage(run).html, to: html) }
        if run.costs.first.failures + run.costs.second.failures > 0 { throw ExitStatus.badData.code }
    }

    /// Writes one line or table; ends the command if that fails.
    private static func show(_ text: String) {
        do throws(ExitCode) {
            try StandardOutput.write(text + "\n")
        } catch {
            exit(withError: error)
        }
    }

    private func write(_ page: String, to path: String) throws {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
        } catch {
            StandardError.complain("cannot write \(path): \(error)")
            throw ExitStatus.cannotCreate.code
        }
        do {
            _ = try file.closeAfter { try file.writeAll(page.utf8) }
        } catch {
            StandardError.complain("cannot write \(path): \(error)")
            throw ExitStatus.inputOutput.code
        }
    }

    private static func table(_ run: ComparisonRun) -> String {
        var lines = ["\(run.messages) messages, \(ByteCount(run.octets)); read alike: \(run.agreeing)"]
        func row(_ cells: [String]) {
            let widths = [14, 12, 12]
            lines.append(
                zip(cells, widths).map { cell, width in
                    cell + String(repeating: " ", count: max(1, width - cell.count))
                }.joined().trimmingSpaces)
        }
        if !run.countsByKind.isEmpty {
            lines.append("")
            row(["difference", "severity", "messages"])
            for (kind, count) in run.countsByKind.sorted(by: {
                ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue)
            }) {
                row([kind.rawValue, kind.severity.rawValue, String(count)])
            }
        }
        lines.append("")
        row(["parser", "time", "memory"])
        for (name, cost) in [(run.names.first, run.costs.first), (run.names.second, run.costs.second)] {
            let microseconds =
                cost.time.components.seconds * 1_000_000 + cost.time.components.attoseconds / 1_000_000_000_000
            row([name, "\(microseconds / 1000).\(microseconds / 100 % 10) ms", "\(ByteCount(cost.memory))"])
        }
        return lines.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
