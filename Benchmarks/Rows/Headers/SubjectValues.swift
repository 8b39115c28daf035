/// Plain text, and text in encoded-words (RFC 2047).
enum SubjectValues: HeaderValues {
    static let field = "Subject"

    static let plain = [
        "Your order 482913 has been shipped",
        "Re: [sluice-users] Draining large maildrops",
        "Minutes of the meeting on Monday, 23 November 2026",
        "Build failed: main @ 5f3e2a1b",
        "Invitation: weekly review, every Tuesday from 10:00 to 10:30 (UTC)",
        "Invoice 2026-1124 for services in\r\n November",
        "hello",
        "A subject = with ? marks, which no encoded-word is made of",
    ]

    static let awkward = [
        "=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=",
        "=?utf-8?B?0J/RgNC40LLQtdGCLCDQvNC40YA=?=",
        "=?ISO-8859-1?Q?Caf=E9_=E0_la_carte?= and plain words",
        "=?UTF-8?B?44GT44KT44Gr44Gh44Gv4w==?=\r\n =?UTF-8?B?gIHkuJbnlYw=?=",
        "=?windows-1251?B?z/Do4uXyLCDs6PA=?=",
        "=?ISO-2022-JP?B?GyRCJCQkbSRPJEskWyRYJEgbKEI=?=",
        "Re: =?utf-8?q?=5Blist=5D?= =?utf-8?q?_R=C3=A9ponse?=\r\n\t=?utf-8?q?_=C3=A0_tous?=",
        "=?x-unknown?Q?what_is_this?= =?UTF-8?Q?broken=C3?=",
        "=?UTF-8?B?bWlzc2luZyBwYWRkaW5n?= =?UTF-8?Z?no?= =?=",
        "raw 8-bit: Grüße, 日本語",
    ]
}
