import Foundation

/// A script in `Scripts`, run by Python.
struct PythonScript {
    private let name: String
    private let interpreter: [String]

    /// Nil where neither the path's interpreter nor the system's has the modules that the script needs.
    init?(_ name: String, needing modules: String = "sys") {
        let commands = [["/usr/bin/env", "python3"], ["/usr/bin/python3"]]
        let found = commands.first { command in
            (try? Self.run(command + ["-c", "import \(modules)"]))?.status == 0
        }
        guard let found else { return nil }
        self.name = name
        interpreter = found
    }

    /// What the script prints, by lines; nil if it fails.
    func lines(_ arguments: [String]) throws -> [String]? {
        let script = Bundle.module.bundleURL.appending(path: "Scripts/\(name).py").path
        let (status, output) = try Self.run(interpreter + [script] + arguments)
        return status == 0 ? output.split(separator: "\n").map(String.init) : nil
    }

    private static func run(_ command: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
