import ArgumentParser
internal import ByteCoding
import MIME

struct ParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse", abstract: "Read messages from files: what they say, or how they are built.",
        discussion: """
            A path is a message (.eml), an mbox file (.mbox, or one that begins with a From_ line), a Maildir, or a folder of \
            messages; - is one message on standard input. Without --json or --tree a summary is shown.
            """)

    @Argument(help: ArgumentHelp("Messages, mbox files, Maildirs, folders, or -.", valueName: "path"))
    var paths: [String]

    @Flag(help: "Write one line of JSON for each message.")
    var json = false

    @Flag(help: "Show the tree of parts and the defects.")
    var tree = false

    @Option(help: "The parser.")
    var backend: Backend = .native

    func validate() throws {
        if json, tree { throw ValidationError("--json and --tree exclude each other.") }
    }

    func run() throws {
        var failures = 0
        for path in paths {
            do throws(MailFileError) {
                try MailFiles(path).read { source, message in show(source, message, &failures) }
            } catch {
                StandardError.complain("\(error)")
                throw error.status.code
            }
        }
        if failures > 0 { throw ExitStatus.badData.code }
    }

    private func show(_ source: String, _ message: MessageBytes, _ failures: inout Int) {
        do throws(MIMEError) {
            let mail = Mail(try backend.parse(message))
            var output: [UInt8] = []
            if json {
                mail.writeJSON(source: source, into: &output)
            } else if tree {
                output += Array("\(source):\n\(mail.document.outline)".utf8)
            } else {
                output += Array(Self.summary(mail, source).utf8)
            }
            output.append(0x0A)
            do throws(ExitCode) {
                try StandardOutput.write(output)
            } catch {
                Self.exit(withError: error)
            }
        } catch {
            StandardError.complain("\(source): \(error)")
            failures += 1
        }
    }

    private static func summary(_ mail: Mail, _ source: String) -> String {
        var lines = ["\(source):"]
        func add(_ name: String, _ value: String?) {
            // What a message says is shown, not obeyed: no control character reaches the terminal.
            if let value, !value.isEmpty { lines.append("  \(name): \(TerminalText.visible(value))") }
        }
        add("From", mail.from.text)
        add("To", mail.to.text)
        add("Cc", mail.cc.text)
        add("Date", mail.date?.iso8601)
        add("Subject", mail.subject)
        if let text = mail.text { add("Text", "\(text.count) characters") }
        if mail.html != nil { add("HTML", "yes") }
        for attachment in mail.attachments {
            add(
                "Attachment",
                "\(attachment.filename ?? "(no name)"), \(attachment.contentType), \(ByteCount(attachment.size))")
        }
        for defect in mail.allDefects { add("Defect", "\(defect.code.rawValue): \(defect.code.action)") }
        return lines.joined(separator: "\n")
    }
}

/// Text from outside made safe for a terminal.
enum TerminalText {
    /// `text` with escapes for what a terminal would obey or not show. Unlike in ``EscapedText``, a backslash stays.
    static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.isSafeOnTerminal {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }
}
