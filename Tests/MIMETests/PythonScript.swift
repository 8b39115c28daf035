import Foundation

/// A script in `Scripts`, run by Python.
struct PythonScript {
    private let name: String
    private let interpreter: String

    /// Nil where no interpreter on the path has the modules that the script needs.
    init?(_ name: String, needing modules: String = "sys") {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin"]
        let interpreters = folders.map { "\($0)/python3" }.filter { FileManager.default.isExecutableFile(atPath: $0) }
        let found = interpreters.first { path in
            (try? Self.run(path, ["-c", "import \(modules)"]))?.status == 0
        }
        guard let found else { return nil }
        self.name = name
        interpreter = found
    }

    /// What the script prints, by lines; nil if it fails.
    func lines(_ arguments: [String]) throws -> [String]? {
        let script = Bundle.module.bundleURL.appending(path: "Scripts/\(name).py").path
        let (status, output) = try Self.run(interpreter, [script] + arguments)
        return status == 0 ? output.split(separator: "\n").map(String.init) : nil
    }

    private static func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
