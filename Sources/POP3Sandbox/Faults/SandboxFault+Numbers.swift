extension SandboxFault {
    /// The faults that put the same text into every numeric field of every reply, with that text.
    public static let numbers: [SandboxFault: String] = [
        .numberZero: "0", .numberMinusOne: "-1", .numberTwoTo31: "2147483648", .numberTwoTo32: "4294967296",
        .numberTwoTo63LessOne: "9223372036854775807", .numberTwoTo63: "9223372036854775808",
        .numberTwoTo64: "18446744073709551616", .number40Digits: String(repeating: "9", count: 40),
        .numberWord: "many", .numberNothing: "",
    ]

    static let numberSummaries: [SandboxFault: String] = numbers.mapValues {
        $0.isEmpty ? "leaves every number out of every reply" : "puts \($0) in the place of every number of every reply"
    }
}

extension Set<SandboxFault> {
    /// The text in the place of every number; nil where no fault has one.
    var numberText: String? { lazy.compactMap { SandboxFault.numbers[$0] }.first }
}
