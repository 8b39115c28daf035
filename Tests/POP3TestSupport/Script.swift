import Foundation

/// A program in Tests/Scripts, and where the package is.
package enum Script: String {
    case realServer = "real_server.py"
    case fetchRaw = "fetch_raw.py"
    case verifyTranscript = "verify_transcript.py"
    case delayProxy = "delay_proxy.py"
    case measuredRun = "measured_run.py"
    case longListing = "long_listing.py"
    case terminal = "terminal.py"
    case scriptedServer = "scripted_server.py"
    case viewPage = "view_page.py"

    /// The folder of Package.swift.
    package static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path()

    /// The conformance corpora beside the package, if they are there.
    package static let corpora = URL(filePath: package).appending(path: "../shared/corpora").standardized.path()

    package func callAsFunction(_ arguments: [String]) -> [String] {
        ["python3", Self.package + "Tests/Scripts/" + rawValue] + arguments
    }
}
