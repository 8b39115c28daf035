import ByteKernels
import Foundation
import Glibc
import POP3Wire

/// Measures the byte kernels and the wire scan, each beside memcpy of the same octets, by turns.
///
///     kernel-driver [ROUNDS [WORDS]]
///
/// With WORDS only the rows that have them in their names. For each row and round a line on standard output: name,
/// octets, and the nanoseconds of the work, of memcpy, and of another way to do it where there is one.
@main
struct KernelDriver {
    static func main() throws {
        let arguments = CommandLine.arguments
        let rounds = arguments.count > 1 ? Int(arguments[1]) ?? 7 : 7
        let rows = Row.all.filter { arguments.count < 3 || $0.name.contains(arguments[2]) }
        for _ in 0..<rounds {
            for row in rows { print(try row.measured()) }
        }
    }
}

/// A piece of work on octets that lie in memory.
struct Row {
    let name: String
    let input: [UInt8]
    /// Does the work once, and says how long it took.
    let work: ([UInt8]) throws -> UInt64
    var other: (([UInt8]) throws -> UInt64)?

    /// Repeats small work, so that the clock does not count.
    func measured() throws -> String {
        let repeats = max(1, 4 * 1024 * 1024 / input.count)
        var target = [UInt8](repeating: 0, count: input.count)
        let copying: ([UInt8]) -> UInt64 = { input in
            timed { target.withUnsafeMutableBytes { $0.copyBytes(from: input) } }
        }
        // Once before the clock counts.
        _ = try work(input)
        _ = copying(input)
        var sums: (work: UInt64, copy: UInt64, other: UInt64) = (0, 0, 0)
        for _ in 0..<repeats {
            sums.work += try work(input)
            sums.copy += copying(input)
            if let other { sums.other += try other(input) }
        }
        let count = UInt64(repeats)
        let behind = other == nil ? "" : "\t\(sums.other / count)"
        return "\(name)\t\(input.count)\t\(sums.work / count)\t\(sums.copy / count)\(behind)"
    }

    static var all: [Row] {
        let mebibyte = 1 << 20
        var rows: [Row] = []
        for (name, every) in [("nothing stuffed", 0), ("1 line in 100 stuffed", 100), ("every line stuffed", 1)] {
            for size in [64 << 10, mebibyte, 16 * mebibyte, 64 * mebibyte] {
                rows.append(
                    Row(name: "unstuff, \(name)", input: lines(size, dotEvery: every)) { scan($0, pieces: .max) })
            }
            rows.append(
                Row(name: "unstuff, \(name), in reads of 16 KiB", input: lines(mebibyte, dotEvery: every)) {
                    scan($0, pieces: 16 << 10)
                })
        }
        let text = lines(mebibyte, dotEvery: 0)
        rows.append(
            Row(name: "find LF and dot; beside memchr", input: text) { input in
                timed { input.withUnsafeBytes { keep(ByteKernels.indexOfNewlineDot($0)) } }
            } other: { input in
                timed {
                    input.withUnsafeBytes { keep($0.baseAddress.flatMap { memchr($0, 0, input.count) } == nil ? 0 : 1) }
                }
            })
        rows.append(
            Row(name: "base64, CRLF every 76; beside Foundation", input: base64(mebibyte), work: decodeBase64) {
                input in
                let data = Data(input)
                return timed { keep(Data(base64Encoded: data, options: .ignoreUnknownCharacters)?.count ?? 0) }
            })
        rows.append(Row(name: "quoted-printable", input: quotedPrintable(mebibyte), work: decodeQuotedPrintable))
        for (name, input) in [
            ("ASCII", text), ("of two octets each", Array(String(repeating: "жук ", count: 150_000).utf8)),
        ] {
            rows.append(
                Row(name: "UTF-8 validation, \(name)", input: input) { input in
                    timed { input.withUnsafeBytes { keep(ByteKernels.isUTF8($0) ? 1 : 0) } }
                })
        }
        rows.append(Row(name: "LF for each CRLF", input: text, work: copyLines))
        return rows
    }
}

// MARK: Work

/// One whole message out of the octets of a connection; only the scan counts, not how the octets come in.
private func scan(_ input: [UInt8], pieces: Int) -> UInt64 {
    var scanner = ResponseScanner()
    scanner.limits.messageSize = .max
    scanner.limits.streamingThreshold = .max
    scanner.expect(.message, size: input.count)
    scanner.append(copying: Array("+OK\r\n".utf8))
    _ = try? scanner.next()
    var rest = input[...]
    var spent: UInt64 = 0
    var isDone = false
    while !rest.isEmpty {
        let space = scanner.freeSpace()
        let piece = rest.prefix(min(space.count, pieces))
        space.copyBytes(from: piece)
        scanner.received(piece.count)
        rest = rest.dropFirst(piece.count)
        spent += timed {
            if case .message(let bytes, true)? = try? scanner.next() {
                keep(bytes.count)
                isDone = true
            }
        }
    }
    precondition(isDone, "the octets are a whole message")
    return spent
}

private func decodeBase64(_ input: [UInt8]) -> UInt64 {
    var decoder = ByteKernels.Base64Decoder()
    return decode(input, room: ByteKernels.Base64Decoder.outputCapacity(for: input.count)) {
        decoder.decode($0, into: $1)
    }
}

private func decodeQuotedPrintable(_ input: [UInt8]) -> UInt64 {
    var decoder = ByteKernels.QuotedPrintableDecoder()
    return decode(input, room: decoder.outputCapacity(for: input.count)) { decoder.decode($0, into: $1) }
}

private func copyLines(_ input: [UInt8]) -> UInt64 {
    decode(input, room: ByteKernels.crlfToLFCapacity(for: input.count)) {
        ByteKernels.convertCRLFToLF($0, into: $1).count
    }
}

// Written by one thread, and never freed.
private nonisolated(unsafe) let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 64)

private func decode(
    _ input: [UInt8], room: Int, _ work: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Int
) -> UInt64 {
    precondition(room <= output.count, "the output has room")
    return input.withUnsafeBytes { bytes in timed { keep(work(bytes, output)) } }
}

// MARK: Octets

/// Lines of 76 octets, of which one in so many begins with a stuffed dot, and the end of the message.
private func lines(_ size: Int, dotEvery: Int) -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(size + 80)
    var number = 0
    while octets.count < size {
        if dotEvery > 0, number % dotEvery == 0 { octets += "..".utf8 }
        for column in 0..<76 { octets.append(UInt8(ascii: "a") + UInt8((number + column) % 23)) }
        octets += "\r\n".utf8
        number += 1
    }
    return octets + Array(".\r\n".utf8)
}

private func base64(_ size: Int) -> [UInt8] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var octets: [UInt8] = []
    while octets.count < size {
        for column in 0..<76 { octets.append(letters[(octets.count * 7 + column * 13) % 64]) }
        octets += "\r\n".utf8
    }
    return octets
}

private func quotedPrintable(_ size: Int) -> [UInt8] {
    var octets: [UInt8] = []
    while octets.count < size {
        octets += "Lines of text with now and then an encoded letter, caf=C3=A9, and a soft=\r\n".utf8
        octets += "ly broken line that goes on to where a line ends by itself, as most do.\r\n".utf8
    }
    return octets
}

// MARK: The clock

/// How long the work takes; what the clock itself takes is left out.
private func timed(_ work: () -> Void) -> UInt64 {
    let start = now()
    work()
    let spent = now() - start
    return spent - min(spent, clockCost)
}

/// The median of many readings with nothing between them.
private let clockCost: UInt64 = {
    let costs = (0..<1_001).map { _ in
        let start = now()
        return now() - start
    }
    return costs.sorted()[500]
}()

private func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Results go here, so that the compiler does the work for them.
private nonisolated(unsafe) var kept = 0

private func keep(_ value: Int) { kept &+= value }
