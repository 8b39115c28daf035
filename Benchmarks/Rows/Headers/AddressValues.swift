enum AddressValues: HeaderValues {
    static let field = "From"

    static let plain = [
        "Ada Lovelace <ada.lovelace@example.org>",
        "ada@example.org",
        #""Lovelace, Ada" <ada.lovelace@mail.example.org>"#,
        "Grace Hopper <grace@navy.example.com>, Alan Turing <alan@bletchley.example.co.uk>",
        "<no-reply@notifications.example.com>",
        #""Example Support" <support+ticket-482913@example.com>"#,
        "Edsger Dijkstra <ewd@tue.example.nl>, Barbara Liskov <liskov@mit.example.edu>, "
            + "Donald Knuth <dek@stanford.example.edu>",
        "billing@shop.example.de",
    ]

    static let awkward = [
        "=?UTF-8?Q?Ren=C3=A9e_M=C3=BCller?= <renee@example.org>",
        "=?utf-8?B?0JjQstCw0L0g0J/QtdGC0YDQvtCy?=\r\n =?utf-8?B?0LjRhw==?= <ivan@example.ru>",
        #""Grace \"Amazing\" Hopper" <grace@example.org>"#,
        "undisclosed-recipients:;",
        "Team: Ada <ada@example.org>, grace@example.org;, alan@example.org",
        "ada @ example . org (Ada Lovelace (the first))",
        "<@relay.example.net,@mx.example.net:ada@example.org>",
        #""much.more unusual"@example.com, Unquoted, Name <name@example.com>"#,
        "info@xn--mller-kva.example",
        "Ada Lovelace <ada@[IPv6:2001:db8::1]>,\r\n\t, Alan <alan@example.org",
    ]
}
