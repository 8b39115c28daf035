import Foundation

/// A self-signed client certificate in the forms that users have it in, made by the `openssl` command.
final class ClientCertificateFiles {
    private let folder: URL
    let certificatePEM: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let commands = [
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ada -keyout plain.pem -out cert.pem",
            "pkey -in plain.pem -aes256 -passout pass:right -out encrypted.pem",
            "pkcs12 -export -in cert.pem -inkey plain.pem -passout pass:right -out both.p12",
        ]
        for command in commands {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            process.arguments = command.split(separator: " ").map(String.init)
            process.currentDirectoryURL = folder
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
        certificatePEM = try String(contentsOf: folder.appendingPathComponent("cert.pem"), encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appendingPathComponent(name))) }
}
