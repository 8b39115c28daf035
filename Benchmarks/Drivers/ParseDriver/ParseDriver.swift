@preconcurrency import Glibc
import MIME
import MIMEMimetic
import MessageBuffers
import ParsingWork

/// Sluice's parsers, driven as `Peers/peer.h` says.
///
///     parse-driver native|mimetic|structure CORPUS
@main
struct ParseDriver {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let corpus = Corpus(arguments[2]), let work = work(arguments[1]) else {
            _ = unsafe fputs("usage: parse-driver native|mimetic|structure CORPUS\n", stderr)
            exit(64)
        }
        var document = NativeMIMEParser().parse(MessageBytes(""), limits: MIMELimits())
        var count = ReadingCount()
        while let line = readLine() {
            guard line.hasPrefix("run "), let wanted = Int(line.dropFirst(4)) else { exit(64) }
            count.begin()
            var octets = 0
            let messages = corpus.messages.prefix(wanted)
            let allocations = allocationCount?()
            let (wall, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
            for message in messages {
                try work(message, &count, &document)
                octets += message.count
            }
            let times = "\(now(CLOCK_MONOTONIC) - wall) \(now(CLOCK_PROCESS_CPUTIME_ID) - processor)"
            let taken = allocationCount.map { $0() - (allocations ?? 0) }
            print("\(times) \(octets) \(messages.count) \(count)" + (taken.map { " \($0)" } ?? ""))
            fflush(nil)
        }
    }

    /// Reads a message, in the memory of the document of the one before where the parser can.
    typealias Work = (MessageBytes, inout ReadingCount, inout MIMEDocument) throws -> Void

    static func work(_ name: String) -> Work? {
        switch name {
        case "native":
            {
                NativeMIMEParser().parse($0, into: &$2)
                $1.read($2)
            }
        case "mimetic":
            {
                try MimeticParser().parse($0, into: &$2)
                $1.read($2)
            }
        case "structure":
            {
                NativeMIMEParser().parse($0, into: &$2)
                $1.leaves += $2.partCount
            }
        default: nil
        }
    }

    /// How often memory was asked for, where `AllocationCount/count_allocations.c` is loaded.
    static let allocationCount: (@convention(c) () -> UInt64)? = unsafe dlsym(nil, "sluice_allocation_count").map {
        unsafe unsafeBitCast($0, to: (@convention(c) () -> UInt64).self)
    }

    static func now(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// The messages of a corpus, in one piece of memory.
struct Corpus {
    let messages: [MessageBytes]

    /// Nil if the file cannot be read.
    init?(_ path: String) {
        guard let file = unsafe fopen(path, "rb") else { return nil }
        defer { unsafe fclose(file) }
        guard unsafe fseek(file, 0, SEEK_END) == 0 else { return nil }
        let size = unsafe ftell(file)
        unsafe rewind(file)
        let slab = Slab(capacity: size)
        guard unsafe fread(slab.start, 1, size, file) == size else { return nil }
        let corpus = unsafe slab.message(0..<size)
        var messages: [MessageBytes] = []
        var position = 0
        while position + 8 <= size {
            let length = (0..<8).reversed().reduce(0) { $0 << 8 | Int(corpus[position + $1]) }
            messages.append(corpus.extracting(position + 8..<position + 8 + length))
            position += 8 + length
        }
        self.messages = messages
    }
}
