enum MessageIDValues: HeaderValues {
    static let field = "References"

    static let plain = [
        "<482913.5f3e2a1b@example.org>",
        "<CAF=9c8d7e6f5a4b3c2d1e0f@mail.example.com>",
        "<a.1@example.org> <a.2@example.org> <a.3@example.org>",
        "<0100018c5f3e2a1b-9c8d7e6f-5a4b-3c2d-1e0f-482913000000-000000@email.example.com>",
        "<DM6PR0102MB482913@DM6PR0102MB482913.prod.example.com>\r\n"
            + " <DM6PR0102MB482914@DM6PR0102MB482914.prod.example.com>",
        "<20261124101100.GA1042@host.example.net>",
    ]

    static let awkward = [
        "Your message of \"Mon, 23 Nov 2026\" <a.1@example.org>, and <a.2@example.org>",
        "<folded.in\r\n .the.middle@example.org>",
        "a.1@example.org a.2@example.org",
        "<<nested@example.org>> <unclosed@example.org",
        "<with space @ example.org> <>",
        String(repeating: "<reply-of-a-long-thread@example.org>\r\n ", count: 40),
    ]
}
