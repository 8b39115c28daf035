import ArgumentParser

@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice", abstract: "Drain POP3 maildrops at high volume.", version: "0.1.0",
        subcommands: [
            FetchCommand.self, PopCommand.self, ParseCommand.self, CompareCommand.self, SandboxCommand.self,
            DemoCommand.self,
        ])
}
