import Foundation
import Glibc

/// The programs that were built together with the running tests, in whatever scratch folder and with whatever sanitizer.
package enum Product {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The command.
    package static var sluice: String {
        get throws(Failure) { try found.get() }
    }

    /// Whether the tests, and so their products, were built with a sanitizer: its own memory and time count as the
    /// program's.
    package static let isSanitized = unsafe dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

    private static let found = Result { () throws(Failure) in try find("sluice") }

    private static func find(_ name: String) throws(Failure) -> String {
        guard let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw Failure(description: "/proc/self/exe cannot be read")
        }
        let path = URL(filePath: tests).deletingLastPathComponent().appending(path: name).path()
        guard let built = modificationDate(path), let testsBuilt = modificationDate(tests) else {
            throw Failure(description: "\(path) is not there; build it beside the tests")
        }
        // What the tests were built with, and the program was not.
        for source in ["Sources", "CInterop"].flatMap({ sourceFiles(in: Script.package + $0) }) {
            guard let changed = modificationDate(source), changed > built, changed < testsBuilt else { continue }
            throw Failure(description: "\(path) is older than \(source), and the tests are not; build it again")
        }
        return path
    }

    private static func modificationDate(_ path: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }

    private static func sourceFiles(in folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { ["swift", "c", "cpp", "h"].contains(($0 as NSString).pathExtension) }
            .map { folder + "/" + $0 }
    }
}
