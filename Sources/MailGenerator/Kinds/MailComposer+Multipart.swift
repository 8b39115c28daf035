/// Mails of several parts.
extension MailComposer {
    private func encoded(_ type: String, _ encoding: String) -> [String] {
        ["Content-Type: \(type)", "Content-Transfer-Encoding: \(encoding)"]
    }

    mutating func composeNewsletter() {
        header(subject: "Newsletter: " + sentence(3))
        line("List-Unsubscribe: <mailto:leave@example.org>, <https://example.org/leave?id=\(index)>")
        let boundary = boundary()
        line("Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"")
        line()
        line("This is a message in MIME format.")
        let text = text(random.within(sizes.newsletterText)) + Array((MailCharset.utf8.sentence + "\r\n").utf8)
        part(boundary, encoded("text/plain; charset=UTF-8", "quoted-printable"), TransferEncoding.quotedPrintable(text))
        var html = Array("<!DOCTYPE html><html><body style=\"color:#333\">\r\n<h1>News & more</h1>\r\n".utf8)
        for number in 0..<random.within(sizes.newsletterLinks) {
            html += Array(
                "<p><a href=\"https://example.org/?a=\(number)&b=\(random.next())\">\(sentence(9))</a></p>\r\n".utf8)
        }
        html += Array("</body></html>\r\n".utf8)
        part(boundary, encoded("text/html; charset=UTF-8", "quoted-printable"), TransferEncoding.quotedPrintable(html))
        closeMultipart(boundary)
    }

    mutating func composeAttachments() {
        header(subject: "Files: " + sentence(3))
        let boundary = boundary()
        line("Content-Type: multipart/mixed; boundary=\"\(boundary)\"")
        line()
        part(boundary, encoded("text/plain; charset=us-ascii", "7bit"), text(200))
        for number in 0..<random.within(1...3) {
            let bytes = random.bytes(random.within(sizes.attachment))
            let type = random.pick(["application/pdf", "image/png", "application/zip", "application/octet-stream"])
            let fields = encoded("\(type); name=\"file\(number).bin\"", "base64")
            let disposition = [
                "Content-Disposition: attachment;\r\n filename=\"file\(number).bin\"; size=\(bytes.count)"
            ]
            part(boundary, fields + disposition, TransferEncoding.base64Lines(bytes))
        }
        closeMultipart(boundary)
    }

    mutating func composeParameters() {
        header(subject: "Names")
        let boundary = boundary()
        line("Content-Type: multipart/mixed; boundary=\(boundary.filter { $0 != "=" })")
        line()
        let plain = boundary.filter { $0 != "=" }
        let name = MailCharset.utf8.encode("Rechnung für Ærøskøbing.pdf")
        let value = String(decoding: TransferEncoding.percent(name), as: UTF8.self)
        let half = value.index(value.startIndex, offsetBy: 12)
        let forms = [
            "filename*=UTF-8'de'\(value)",
            "filename*0*=UTF-8''\(value[..<half]);\r\n filename*1*=\(value[half...])",
            "filename*0=\"a very long name \";\r\n filename*1=\"in two pieces.txt\"",
            "filename=\"" + String(decoding: TransferEncoding.bWord(name, charset: "UTF-8"), as: UTF8.self) + "\"",
            "filename=\"quoted \\\" and \\\\ backslash.txt\"",
        ]
        for form in forms {
            let fields = ["Content-Disposition: attachment;\r\n \(form)"]
            part(
                plain, encoded("application/octet-stream", "base64") + fields,
                TransferEncoding.base64Lines(random.bytes(90)))
        }
        closeMultipart(plain)
    }

    mutating func composeForwards() {
        let depth = random.within(sizes.depth)
        var boundaries: [String] = []
        for level in 0..<depth {
            header(subject: String(repeating: "Fwd: ", count: depth - level) + sentence(2))
            let boundary = boundary()
            boundaries.append(boundary)
            line("Content-Type: multipart/mixed; boundary=\"\(boundary)\"")
            line()
            part(boundary, ["Content-Type: text/plain"], text(120))
            line("--" + boundary)
            line("Content-Type: message/rfc822")
            line("Content-Disposition: attachment; filename=\"forwarded-\(level).eml\"")
            line()
        }
        composeShort()
        for boundary in boundaries.reversed() { closeMultipart(boundary) }
    }

    mutating func composeCalendar() {
        header(subject: "Invitation: " + sentence(3))
        let boundary = boundary()
        line("Content-Type: multipart/alternative; boundary=\"\(boundary)\"")
        line()
        part(boundary, ["Content-Type: text/plain; charset=utf-8"], text(150))
        let lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//sluice//EN", "METHOD:REQUEST", "BEGIN:VEVENT",
            "UID:\(random.next())@example.org", "DTSTAMP:20240101T000000Z", "DTSTART:20240102T090000Z",
            "DTEND:20240102T100000Z", "SUMMARY:\(sentence(4))", "END:VEVENT", "END:VCALENDAR",
        ]
        let calendar = Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
        part(
            boundary, encoded("text/calendar; charset=utf-8; method=REQUEST", "base64"),
            TransferEncoding.base64Lines(calendar))
        closeMultipart(boundary)
    }

    mutating func composeSigned() {
        header(subject: sentence(4))
        let boundary = boundary()
        line("Content-Type: multipart/signed; micalg=sha-256;\r\n protocol=\"application/pkcs7-signature\";")
        line("\tboundary=\"\(boundary)\"")
        line()
        part(boundary, ["Content-Type: text/plain; charset=us-ascii"], text(600))
        let signature = TransferEncoding.base64Lines(random.bytes(1800))
        part(boundary, encoded("application/pkcs7-signature; name=\"smime.p7s\"", "base64"), signature)
        closeMultipart(boundary)
    }

    mutating func composeReport() {
        header(subject: "Undelivered Mail Returned to Sender")
        line("Auto-Submitted: auto-replied")
        let boundary = boundary()
        line("Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"\(boundary)\"")
        line()
        part(boundary, ["Content-Type: text/plain"], text(300))
        let status = [
            "Reporting-MTA: dns; mail.example.org", "", "Final-Recipient: rfc822; nobody@example.org", "Action: failed",
            "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 no such user", "",
        ]
        part(boundary, ["Content-Type: message/delivery-status"], Array(status.joined(separator: "\r\n").utf8))
        line("--" + boundary)
        line("Content-Type: message/rfc822")
        line()
        composeShort()
        closeMultipart(boundary)
    }

    mutating func composeDigest() {
        header(subject: "Digest \(index)")
        let boundary = boundary()
        line("Content-Type: multipart/digest; boundary=\"\(boundary)\"")
        line()
        for _ in 0..<random.within(2...6) {
            line("--" + boundary)
            line()
            header(subject: sentence(4))
            line("Content-Type: text/plain")
            line()
            output += text(random.within(100...1500))
        }
        closeMultipart(boundary)
    }
}
