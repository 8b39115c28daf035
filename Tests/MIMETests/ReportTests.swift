import Testing

@testable import MIME

@Suite("Reports as values")
struct ReportTests {
    private func mail(_ type: String, _ body: String) throws -> Mail {
        try Mail(
            MessageBytes(
                "Content-Type: multipart/report; report-type=\(type); boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\n"
                    + "Content-Type: message/\(type)\r\n\r\n\(body)\r\n--b--\r\n"))
    }

    @Test("a delivery status, as RFC 3464 prints it (appendix E)")
    func delivery() throws {
        let status = try #require(
            try mail(
                "delivery-status",
                """
                Reporting-MTA: dns; cs.utk.edu\r
                Original-Envelope-Id: 12 34\r
                Arrival-Date: Thu, 7 Jul 1994 17:15:49 -0400\r
                \r
                Original-Recipient: rfc822;louisl@larry.slip.umd.edu\r
                Final-Recipient: rfc822;louisl@larry.slip.umd.edu\r
                Action: failed (no such\r
                 user)\r
                Status: 4.0.0 (other)\r
                Diagnostic-Code: smtp; 426 connection timed out\r
                Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400\r
                \r
                Final-Recipient: RFC822; ada@example.org\r
                Action: unheard-of\r
                Status: 5.1\r
                Remote-MTA: dns; mx.example.org

                """
            ).deliveryStatus)
        #expect(status.reportingServer == TypedReportValue("dns;cs.utk.edu"))
        #expect(status.originalEnvelopeID == "12 34")
        #expect(status.arrival?.iso8601 == "1994-07-07T17:15:49-04:00")
        #expect(status.recipients.count == 2)
        let first = try #require(status.recipients.first)
        #expect(first.original?.value == "louisl@larry.slip.umd.edu")
        #expect(first.final?.type == "rfc822")
        #expect(first.action == .failed)
        #expect(first.status == DeliveryStatus.Code("4.0.0"))
        #expect(first.status?.isPermanentFailure == false)
        #expect(first.diagnostic == TypedReportValue("smtp; 426 connection timed out"))
        #expect(first.lastAttempt?.hour == 17)
        let second = try #require(status.recipients.last)
        #expect(second.final == TypedReportValue("rfc822;ada@example.org"))
        #expect(second.action == nil && second.status == nil)
        #expect(second.remoteServer?.value == "mx.example.org")
    }

    @Test("a delivery status whose groups run together names its recipient")
    func oneGroup() throws {
        let status = try #require(
            try mail(
                "delivery-status", "Reporting-MTA: dns; a\nFinal-Recipient: rfc822; b@c\nAction: delayed\nStatus: 4.4.1"
            )
            .deliveryStatus)
        #expect(status.recipients.map(\.action) == [.delayed])
        #expect(status.reportingServer?.value == "a")
    }

    @Test("a status code is three numbers (RFC 3463 §2)", arguments: ["5.1.1", "2.0.0 ok", "4.999.999"])
    func codes(_ text: String) { #expect(DeliveryStatus.Code(text) != nil) }

    @Test(
        "what is no status code is none",
        arguments: ["", "5", "5.1", "3.0.0", "5.1.1.1", "5.-1.1", "5.1.1000", "a.b.c"])
    func noCodes(_ text: String) { #expect(DeliveryStatus.Code(text) == nil) }

    @Test("a disposition notification (RFC 8098 §3.1)")
    func disposition() throws {
        let report = try #require(
            try mail(
                "disposition-notification",
                "Reporting-UA: joes-pc.cs.example.com; Foomail 97.1\r\nOriginal-Recipient: rfc822;Joe@example.com\r\n"
                    + "Final-Recipient: rfc822;Joe@example.com\r\nOriginal-Message-ID: <199509192301.23456@example.org>\r\n"
                    + "Disposition: manual-action/MDN-sent-manually; displayed/error\r\nError: it was late\r\n"
            ).dispositionNotification)
        #expect(report.reportingUserAgent == "joes-pc.cs.example.com; Foomail 97.1")
        #expect(report.finalRecipient?.value == "Joe@example.com")
        #expect(report.originalMessageID == "199509192301.23456@example.org")
        #expect(report.kind == .displayed)
        #expect(!report.isAutomaticAction && !report.isSentAutomatically)
        #expect(report.modifiers == ["error"])
        #expect(report.errors == ["it was late"])
    }

    @Test("a disposition notification without a disposition still tells the rest")
    func damagedDisposition() throws {
        let report = try #require(
            try mail("disposition-notification", "Final-Recipient: a@b\n").dispositionNotification)
        #expect(report.kind == nil)
        #expect(report.finalRecipient == TypedReportValue("a@b"))
    }

    @Test("a feedback report, as RFC 5965 prints it (appendix B.2)")
    func feedback() throws {
        let report = try #require(
            try mail(
                "feedback-report",
                "Feedback-Type: abuse\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\nOriginal-Mail-From: <somespammer@example.net>\r\n"
                    + "Original-Rcpt-To: <user@example.com>\r\nReceived-Date: Thu, 8 Mar 2005 14:00:00 -0500\r\n"
                    + "Source-IP: 192.0.2.1\r\nAuthentication-Results: mail.example.com; spf=fail smtp.mailfrom=somespammer@example.net\r\n"
                    + "Reported-Domain: example.net\r\nReported-Uri: http://example.net/earn_money.html\r\n"
                    + "Reported-Uri: mailto:user@example.com\r\nIncidents: 7\r\n"
            ).feedbackReport)
        #expect(report.feedbackType == "abuse")
        #expect(report.originalMailFrom == "somespammer@example.net")
        #expect(report.originalRecipients == ["user@example.com"])
        #expect(report.arrival?.year == 2005)
        #expect(report.sourceIP == "192.0.2.1")
        #expect(report.reportedDomains == ["example.net"])
        #expect(report.reportedURIs.count == 2)
        #expect(report.incidents == 7)
        #expect(report.authenticationResults.first?.results.first?.result == "fail")
    }

    @Test("a report in base64 is read, and an empty one is none")
    func encodings() throws {
        let encoded = try Mail(
            MessageBytes(
                "Content-Type: message/feedback-report\nContent-Transfer-Encoding: base64\n\nRmVlZGJhY2stVHlwZTogZnJhdWQK\n"
            ))
        #expect(encoded.feedbackReport?.feedbackType == "fraud")
        #expect(try Mail(MessageBytes("Content-Type: message/delivery-status\n\n")).deliveryStatus == nil)
        #expect(try Mail(MessageBytes("Content-Type: text/plain\n\nAction: failed\n")).deliveryStatus == nil)
    }

    @Test("more fields than the limit are left out")
    func limit() {
        let fields = ReportFields(MessageBytes(String(repeating: "A: b\n", count: 100)), limit: 10)
        #expect(fields.groups.map(\.count) == [10])
    }
}
