import Foundation
import Testing

@testable import MIME

/// Readings of single header values by another parser. Where the RFC says otherwise the case is a deviation, so agreement
/// is a count; the least of it is what is reached now.
@Suite("Header vectors", .enabled(if: Corpora.isPresent))
struct HeaderVectorTests {
    /// Runs all cases of a file, prints the agreement, and returns it.
    private func agreement(_ name: String, _ reads: (MessageBytes, Any) -> Bool) throws -> Int {
        let vectors = try Corpora.vectors(name)
        var disagreeing: [String] = []
        for (header, expected) in vectors where !reads(MessageBytes(header), expected) {
            disagreeing.append("\(header.debugDescription) expected \(expected)")
        }
        print("\(name): \(vectors.count - disagreeing.count) of \(vectors.count) agree")
        for header in disagreeing { print("  differs: \(header.prefix(400))") }
        return vectors.count - disagreeing.count
    }

    @Test("address lists (RFC 5322 §3.4)")
    func addresses() throws {
        func plain(_ item: MailAddress) -> [String] { [item.name ?? "", item.address ?? ""] }
        func expectedPlain(_ item: [String: Any]) -> [String] {
            [item["name"] as? String ?? "", item["address"] as? String ?? ""]
        }
        let agreeing = try agreement("address") { value, expected in
            var parser = AddressListParser(value, limit: 1_000)
            let read = parser.parse()
            guard let expected = expected as? [String: Any] else { return read.isEmpty }
            if let list = expected["List"] as? [[String: Any]] {
                return read.map(plain) == list.map(expectedPlain)
            }
            guard let groups = expected["Group"] as? [[String: Any]] else { return false }
            let members = read.flatMap { item in item.group.map { $0.map(plain) } ?? [plain(item)] }
            return members == groups.flatMap { ($0["addresses"] as? [[String: Any]] ?? []).map(expectedPlain) }
        }
        #expect(agreeing >= 49)
    }

    @Test("dates (RFC 5322 §3.3 and §4.3)")
    func dates() throws {
        let agreeing = try agreement("date") { value, expected in
            let read = MailDate(value)
            guard let expected = expected as? [String: Any], let year = expected["year"] as? Int else {
                return read == nil
            }
            guard let read else { return false }
            let zone = (expected["tz_hour"] as? Int ?? 0) * 60 + (expected["tz_minute"] as? Int ?? 0)
            let signed = expected["tz_before_gmt"] as? Bool == true ? -zone : zone
            return [read.year, read.month, read.day, read.hour, read.minute, read.second, read.zoneMinutes ?? 0]
                == [year] + ["month", "day", "hour", "minute", "second"].map { expected[$0] as? Int ?? -1 } + [signed]
        }
        #expect(agreeing >= 35)
    }

    @Test("message ids (RFC 5322 §3.6.4)")
    func messageIDs() throws {
        let agreeing = try agreement("id") { value, expected in
            let read = MessageID.list(value)
            if let list = expected as? [String] { return read == list }
            if let one = expected as? String { return read == [one] }
            return read.isEmpty
        }
        #expect(agreeing >= 10)
    }

    @Test("unstructured text (RFC 2047, RFC 5322 §2.2.3)")
    func unstructured() throws {
        let agreeing = try agreement("unstructured") { value, expected in
            HeaderText.decode(value) == (expected as? String ?? "")
        }
        #expect(agreeing >= 23)
    }

    @Test("content types and their parameters (RFC 2045 §5.1, RFC 2231)")
    func contentTypes() throws {
        let agreeing = try agreement("content_type") { value, expected in
            guard let expected = expected as? [String: Any], let type = expected["c_type"] as? String else {
                return ContentType(value) == nil
            }
            guard let read = ContentType(value) else { return false }
            guard read.type == type.lowercased(), read.subtype == (expected["c_subtype"] as? String ?? "").lowercased()
            else { return false }
            let attributes = expected["attributes"] as? [[String: Any]] ?? []
            return attributes.allSatisfy { attribute in
                guard let name = attribute["name"] as? String, let value = attribute["value"] as? String else {
                    return true
                }
                return read[parameter: name.lowercased()] == value
            }
        }
        #expect(agreeing >= 90)
    }
}
