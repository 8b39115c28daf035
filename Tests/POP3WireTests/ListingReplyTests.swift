import MessageBuffers
import SeededRandom
import Testing

@testable import POP3Wire

@Suite("Listings (RFC 1939 §5 LIST, §7 UIDL)")
struct ListingReplyTests {
    struct Case: Sendable {
        let line: String
        var number = 0
        var value = ""
        var fault: ListingError.Fault? = nil
        var hasExtraSpaces = false
        var isUnreadable = false
        var isOdd = false
    }

    static let longest = String(repeating: "u", count: 70)

    private func check(
        _ one: Case, _ append: (inout ListingReply, MessageBytes) throws(ListingError) -> Void
    ) {
        var listing = ListingReply(limit: 10)
        var fault: ListingError.Fault?
        do { try append(&listing, MessageBytes(one.line)) } catch { fault = error.fault }
        #expect(fault == one.fault)
        #expect(listing.hasExtraSpaces == one.hasExtraSpaces)
        #expect(listing.unreadableLines == (one.isUnreadable ? 1 : 0))
        #expect(listing.hasOddValues == one.isOdd)
        guard one.fault == nil, !one.isUnreadable else {
            #expect(listing.count == 0)
            return
        }
        #expect(listing.number(at: 0) == one.number)
        #expect(String(decoding: listing.value(at: 0), as: UTF8.self) == one.value)
        #expect(listing.index(ofNumber: one.number) == 0)
    }

    @Test(
        "a line of UIDL",
        arguments: [
            Case(line: "1 whqtswO00WBw418f9t5JxYwZ", number: 1, value: "whqtswO00WBw418f9t5JxYwZ"),
            Case(line: "2 \(longest)", number: 2, value: longest),
            Case(line: "3 ../x", number: 3, value: "../x"),
            Case(line: "4 !~", number: 4, value: "!~"),
            Case(line: "5  comcast", number: 5, value: "comcast", hasExtraSpaces: true),
            Case(line: "6 comcast ", number: 6, value: "comcast", hasExtraSpaces: true),
            Case(line: " 7 comcast", number: 7, value: "comcast", hasExtraSpaces: true),
            Case(line: "4294967295 x", number: 4_294_967_295, value: "x"),
            Case(line: "1 \(longest)u", number: 1, value: longest + "u", isOdd: true),
            Case(
                line: "1 \(String(repeating: "u", count: 255))", number: 1, value: String(repeating: "u", count: 255),
                isOdd: true),
            Case(line: "1 \(String(repeating: "u", count: 256))", number: 1, value: "", isOdd: true),
            Case(line: "1", number: 1, value: "", isOdd: true),
            Case(line: "1 ", number: 1, value: "", isOdd: true),
            Case(line: "1 a b", number: 1, value: "a b", isOdd: true),
            Case(line: "1 a\u{7F}", number: 1, value: "a\u{7F}", isOdd: true),
            Case(line: "1 ä", number: 1, value: "ä", isOdd: true),
            Case(line: "", isUnreadable: true), Case(line: "x y", isUnreadable: true),
            Case(line: "0 x", isUnreadable: true), Case(line: "-1 x", isUnreadable: true),
            Case(line: "4294967296 x", isUnreadable: true), Case(line: "99999999999999999999 x", isUnreadable: true),
            Case(line: "+OK 1 x", fault: .statusLine), Case(line: "-ERR", fault: .statusLine),
            Case(line: "+okay", fault: .statusLine),
        ])
    func uniqueID(_ one: Case) {
        check(one) { (listing, line) throws(ListingError) in try listing.appendUniqueID(line) }
    }

    @Test(
        "a line of LIST",
        arguments: [
            Case(line: "1 120", number: 1, value: "120"),
            Case(line: "2 200 for later standards", number: 2, value: "200"),
            Case(line: "3  300", number: 3, value: "300", hasExtraSpaces: true),
            Case(line: "4 0", number: 4, value: "0"),
            Case(line: "5 000000000000000000000000017", number: 5, value: "17"),
            Case(line: "6 000", number: 6, value: "0"),
            Case(line: "1 1125899906842623", number: 1, value: "1125899906842623"),
            Case(line: "1 x", number: 1, value: "", isOdd: true), Case(line: "1 -5", number: 1, value: "", isOdd: true),
            Case(line: "1 9223372036854775807", number: 1, value: "", isOdd: true),
            Case(line: "1 9223372036854775808", number: 1, value: "", isOdd: true),
            Case(line: "1 99999999999999999999", number: 1, value: "", isOdd: true),
            Case(line: "1", number: 1, value: "", isOdd: true), Case(line: "+OK", fault: .statusLine),
        ])
    func size(_ one: Case) {
        check(one) { (listing, line) throws(ListingError) in try listing.appendSize(line) }
    }

    @Test("more lines than the limit are refused")
    func limit() throws {
        var listing = ListingReply(limit: 2)
        try listing.appendUniqueID(MessageBytes("1 a"))
        try listing.appendUniqueID(MessageBytes("2 b"))
        let error = #expect(throws: ListingError.self) { try listing.appendUniqueID(MessageBytes("3 c")) }
        #expect(error?.fault == .tooManyEntries(limit: 2))
    }

    @Test("two messages with one id are two entries, as copies of one message are (RFC 1939 §7)")
    func duplicates() throws {
        var listing = ListingReply(limit: 10)
        for line in ["1 a", "2 a", "4 b"] { try listing.appendUniqueID(MessageBytes(line)) }
        #expect((1...5).map { listing.index(ofNumber: $0) } == [0, 1, nil, 2, nil])
        #expect(listing.value(at: 0) == listing.value(at: 1))
    }

    @Test(
        "an id that two messages have is seen wherever it stands, whether ids ascend or not",
        arguments: [
            (["a", "b", "c"], false), (["b", "a", "c"], false), (["a", "a"], true), (["c", "a", "b", "c"], true),
            (["a", "ab", "abc"], false), (["ab", "a", "ab"], true), (["a"], false), ([], false),
        ])
    func duplicates(ids: [String], hasDuplicates: Bool) throws {
        var listing = ListingReply(limit: 10)
        for (index, id) in ids.enumerated() { try listing.appendUniqueID(MessageBytes("\(index + 1) \(id)")) }
        #expect(listing.hasDuplicateValues == hasDuplicates)
    }

    @Test("numbers in any order are found, the first of each")
    func disorder() throws {
        var random = SeededGenerator(seed: 4)
        var listing = ListingReply(limit: .max)
        var first: [Int: Int] = [:]
        for index in 0..<100_000 {
            let number = index < 40_000 ? index * 2 + 1 : Int.random(in: 1..<200_000, using: &random)
            if first[number] == nil { first[number] = index }
            try listing.appendSize(MessageBytes("\(number) \(index)"))
        }
        #expect((1..<200_000).allSatisfy { listing.index(ofNumber: $0) == first[$0] })
        #expect((0..<100_000).allSatisfy { listing.size(at: $0) == $0 })
    }

    @Test("entries of the longest ids take less than 100 bytes each, so that a million take less than 100 MB")
    func memory() throws {
        let count = 200_001
        var scanner = ResponseScanner()
        scanner.expect(.lines)
        scanner.append(copying: Array("+OK\r\n".utf8))
        var listing = ListingReply(limit: count)
        for number in 1...count {
            let digits = String(number)
            scanner.append(
                copying: Array("\(digits) ".utf8) + [UInt8](repeating: 0x75, count: 70 - digits.utf8.count)
                    + Array("\(digits)\r\n".utf8))
            while let event = try scanner.next() {
                if case .line(let line) = event { try listing.appendUniqueID(line) }
            }
        }
        #expect(listing.count == count)
        #expect(String(decoding: listing.value(at: 165_432).suffix(7), as: UTF8.self) == "u165433")
        #expect(listing.storageSize < count * 100)
        #expect(scanner.statistics.slabsAllocated == 1)
    }
}
