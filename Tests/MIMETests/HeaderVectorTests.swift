import Foundation
import Testing

@testable import MIME

/// Readings of single header values by another parser, Stalwart's. Where the RFC says otherwise, or says nothing and
/// another reading serves people better, the case is a reviewed deviation; there is no third kind.
@Suite("Header vectors", .enabled(if: Corpora.isPresent))
struct HeaderVectorTests {
    /// Runs all cases of a file, prints how many agree, and finds each other one among the reviewed deviations.
    private func check(_ name: String, _ reads: (MessageBytes, Any) -> Bool) throws {
        let reviewed = try Deviations.headerVectors.filter { $0.source == name }
        let vectors = try Corpora.vectors(name)
        let differing = Set(vectors.filter { !reads(MessageBytes($0.header), $0.expected) }.map(\.header))
        let agreeing = vectors.count { !differing.contains($0.header) }
        print("\(name): \(agreeing) of \(vectors.count) agree, \(reviewed.count) reviewed deviations")
        let explained = Set(reviewed.map(\.item))
        for header in differing.subtracting(explained) {
            Issue.record("\(name): not as expected, and not reviewed: \(Deviations.quoted(header))")
        }
        for header in explained.subtracting(differing) {
            Issue.record("\(name): reviewed as a deviation, but agrees or is not there: \(Deviations.quoted(header))")
        }
    }

    @Test("address lists (RFC 5322 §3.4)")
    func addresses() throws {
        func plain(_ item: MailAddress) -> [String] { [item.name ?? "", item.address ?? ""] }
        func expectedPlain(_ item: [String: Any]) -> [String] {
            [item["name"] as? String ?? "", item["address"] as? String ?? ""]
        }
        try check("address") { value, expected in
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
    }

    @Test("dates (RFC 5322 §3.3 and §4.3)")
    func dates() throws {
        try check("date") { value, expected in
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
    }

    @Test("message ids (RFC 5322 §3.6.4)")
    func messageIDs() throws {
        try check("id") { value, expected in
            let read = MessageID.list(value)
            if let list = expected as? [String] { return read == list }
            if let one = expected as? String { return read == [one] }
            return read.isEmpty
        }
    }

    @Test("unstructured text (RFC 2047, RFC 5322 §2.2.3)")
    func unstructured() throws {
        try check("unstructured") { value, expected in
            HeaderText.decode(value) == (expected as? String ?? "")
        }
    }

    @Test("content types and their parameters (RFC 2045 §5.1, RFC 2231)")
    func contentTypes() throws {
        try check("content_type") { value, expected in
            guard let expected = expected as? [String: Any], let type = expected["c_type"] as? String else {
                return ContentType(value) == nil
            }
            let attributes = expected["attributes"] as? [[String: Any]] ?? []
            func hasAttributes(_ read: (String) -> String?) -> Bool {
                attributes.allSatisfy { attribute in
                    guard let name = attribute["name"] as? String, let value = attribute["value"] as? String else {
                        return true
                    }
                    return read(name.lowercased()) == value
                }
            }
            guard let subtype = expected["c_subtype"] as? String else {
                // The file has dispositions too.
                guard ContentType(value) == nil, let read = ContentDisposition(value) else { return false }
                return read.kind == type.lowercased() && hasAttributes { read[parameter: $0] }
            }
            guard let read = ContentType(value) else { return false }
            return read.type == type.lowercased() && read.subtype == subtype.lowercased()
                && hasAttributes { read[parameter: $0] }
        }
    }

    @Test("Received (RFC 5321 §4.4)")
    func received() throws {
        func name(_ value: Any?) -> String? {
            (value as? [String: Any]).flatMap { ($0["Name"] ?? $0["IpAddr"]) as? String }
        }
        func bare(_ word: String?) -> String? {
            word.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]()<>,;")).lowercased() }
        }
        try check("received") { value, expected in
            guard let expected = expected as? [String: Any] else { return false }
            let read = ReceivedField(value)
            let date = expected["date"] as? [String: Any]
            return (name(expected["from"]) == nil || bare(name(expected["from"])) == bare(read.from))
                && (name(expected["by"]) == nil || bare(name(expected["by"])) == bare(read.by))
                && (expected["id"] == nil || bare(expected["id"] as? String) == bare(read.id))
                && (expected["for_"] == nil || bare(expected["for_"] as? String) == bare(read.recipient))
                && (expected["from_ip"] == nil || expected["from_ip"] as? String == read.fromAddress?.lowercased())
                && (date?["minute"] as? Int == read.date?.minute) && (date?["year"] as? Int == read.date?.year)
        }
    }
}
