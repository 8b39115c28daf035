/// The bytes that the fuzzer gives, read from the front: first what configures the run, then the input proper.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        rest = [UInt8](UnsafeBufferPointer(start: start, count: count))[...]
    }

    mutating func byte() -> UInt8 {
        rest.popFirst() ?? 0
    }

    /// `bytes` cut into pieces whose lengths repeat from a few bytes of the input; uncut without such bytes.
    static func pieces(of bytes: ArraySlice<UInt8>, lengths: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes
        var turn = 0
        while !rest.isEmpty {
            let length = lengths.isEmpty ? rest.count : max(1, Int(lengths[turn % lengths.count]))
            pieces.append(rest.prefix(length))
            rest = rest.dropFirst(length)
            turn += 1
        }
        return pieces
    }
}

/// Fails the run if `holds` is false. A precondition would do, but says less.
func require(_ holds: Bool, _ property: @autoclosure () -> String) {
    guard !holds else { return }
    fatalError("property violated: \(property())")
}
