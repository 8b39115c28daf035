import ArgumentParser
internal import ByteCoding
import Glibc
import POP3

@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice", abstract: "Drain POP3 maildrops at high volume.", version: Version.current,
        subcommands: [
            FetchCommand.self, PopCommand.self, ParseCommand.self, CompareCommand.self, SandboxCommand.self,
            DemoCommand.self,
        ])

    static func main() async {
        StandardOutput.checkAtExit()
        // Swift would put U+FFFD in place of what is no UTF-8, and a user's name or a path would be another.
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = unsafe CommandLine.unsafeArgv[index] else { continue }
            let bytes = unsafe UnsafeRawBufferPointer(start: word, count: strlen(word))
            guard unsafe String(validating: bytes, as: UTF8.self) == nil else { continue }
            StandardError.complain("argument \(index) is not valid UTF-8: \(unsafe EscapedText(bytes))")
            exit(withError: ExitStatus.usage.code)
        }
        await main(nil)
    }
}
