internal import ByteCoding
import Glibc
import MailDelivery
internal import MailStores
internal import SystemPackage

/// Where the command keeps what it has to remember between runs (XDG Base Directory Specification: XDG_STATE_HOME).
struct StateDirectory {
    let path: String

    /// Where the lists of seen messages are; nil where the environment names neither a state directory nor a home.
    static var forSeenMessages: StateDirectory? {
        if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
            return StateDirectory(path: state + "/sluice/seen")
        }
        return variable("HOME").map { StateDirectory(path: $0 + "/.local/state/sluice/seen") }
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Creates the directory and those above it, for their owner only, where they are missing.
    func create() throws(SinkError) {
        var built = ""
        for part in path.split(separator: "/") {
            built += "/" + part
            guard unsafe mkdir(built, 0o700) != 0, errno != EEXIST else { continue }
            let error = Errno.current
            // A directory that is there and cannot be written to says so in various ways.
            var status = stat()
            guard unsafe stat(built, &status) != 0 else { continue }
            throw .system(.create, path: built, error)
        }
    }

    /// The file for `name`, whose characters other than letters, digits and `@.-_` are escaped.
    func file(for name: String) -> String {
        let escaped = PercentEncoding.encode(name.utf8) { byte in
            switch byte {
            case 0x30...0x39, 0x40...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        return path + "/" + String(decoding: escaped, as: UTF8.self)
    }
}
