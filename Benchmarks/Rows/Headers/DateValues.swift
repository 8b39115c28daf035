enum DateValues: HeaderValues {
    static let field = "Date"

    static let plain = [
        "Tue, 24 Nov 2026 06:46:10 +0000",
        "Mon, 23 Nov 2026 07:00:00 +0100",
        "24 Nov 2026 06:46:10 -0730",
        "Tue, 24 Nov 2026 06:46:10 +0000 (UTC)",
        "Sun, 1 Mar 2020 23:59:59 +0545",
        "Fri, 31 Dec 1999 00:00:00 -0800 (PST)",
        "Wed, 8 Jul 2015 12:30 +0200",
        "Thu, 29 Feb 2024 18:01:02 +0900",
    ]

    static let awkward = [
        "Tue, 24 Nov 26 06:46:10 GMT",
        "Tue Nov 24 06:46:10 2026",
        "24-Nov-2026 06:46:10 EST",
        "2026-11-24T06:46:10+01:00",
        "Tuesday, 24 November 2026 6:46:10 PM -0500",
        "Tue (the day), 24 (of) Nov\r\n 2026 06:46:10 (local) +0000",
        "Tue, 24 Nov 2026 06.46.10 GMT+1",
        "Tue, 32 Nov 2026 25:61:61 +9999",
        "Mon, 23 Nov 2026 07:00:00.123 -0000",
        "yesterday",
    ]
}
