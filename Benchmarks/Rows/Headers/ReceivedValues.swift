enum ReceivedValues: HeaderValues {
    static let field = "Received"

    static let plain = [
        "from mx42.example.net (mx42.example.net [192.0.2.17])\r\n"
            + "\tby in7.example.org (Postfix) with ESMTPS id 4F2A7B\r\n"
            + "\tfor <ada@example.org>; Tue, 24 Nov 2026 10:11:00 +0000 (UTC)",
        "from localhost (localhost [127.0.0.1]) by mx.example.org (Postfix) with ESMTP id 9C8D7E;\r\n"
            + "\tTue, 24 Nov 2026 10:11:02 +0000 (UTC)",
        "by 2002:a05:6a10:4fc with SMTP id x12csp482913pxb; Tue, 24 Nov 2026 02:11:03 -0800 (PST)",
        "from smtp.example.com ([198.51.100.4]) by mx.example.org with ESMTPSA id abc123; 24 Nov 2026 11:11:04 +0100",
    ]

    static let awkward = [
        "from mail.example.org (EHLO relay; mail.example.org [IPv6:2001:db8::1])\r\n"
            + " by mx.example.com (Postfix (2.1; \"x\")) via TCP\r\n"
            + " with ESMTPS id <4F2A@mx> for <ada@example.com>;\r\n"
            + " Mon, 23 Nov 2026 07:00:00 +0100 (CET)",
        "from [10.0.0.7]:49152 (helo=desktop) (unverified) by mx (envelope-from <grace@example.org>) ;"
            + " Mon Nov 23 07:00:00 2026",
        "(qmail 482913 invoked from network); 23 Nov 2026 06:00:01 -0000",
        "from unknown (HELO mail.example.net) (192.0.2.99) by 0 with SMTP (unclosed; 23 Nov 2026",
        "by mx.example.com; nonsense",
    ]
}
