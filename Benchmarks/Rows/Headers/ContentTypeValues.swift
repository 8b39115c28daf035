enum ContentTypeValues: HeaderValues {
    static let field = "Content-Type"

    static let plain = [
        "text/plain; charset=utf-8",
        #"text/html; charset="UTF-8""#,
        #"multipart/alternative; boundary="=_5f3e2a1b9c8d7e6f_42""#,
        "multipart/mixed;\r\n\tboundary=\"----=_Part_482913_1042.1764000000\"",
        #"application/pdf; name="invoice.pdf""#,
        "image/png",
        "text/plain; charset=us-ascii; format=flowed; delsp=yes",
        "message/rfc822",
    ]

    /// RFC 2231's charsets and continuations, encoded-words where none may be, comments, and damage.
    static let awkward = [
        "application/pdf; name*=UTF-8''Rechnung%20f%C3%BCr%20M%C3%BCller.pdf",
        "application/octet-stream; name*0*=iso-8859-1'de'%DCbersicht; name*1*=%20der%20; name*2=\"Monate.xlsx\"",
        "application/x-stuff; title*1*=%2A%2A%2Afun%2A%2A%2A%20;\r\n"
            + " title*0*=us-ascii'en'This%20is%20even%20more%20; title*2=\"isn't it!\"",
        "application/zip; name=\"=?UTF-8?B?0LTQvtC60YPQvNC10L3RgtGLLnppcA==?=\"",
        #"text/plain (the usual); charset (of letters) = "utf-8" (yes)"#,
        #"text/plain; name="a \"quoted\" name.txt"; charset=utf-8"#,
        "text/html; charset=utf-8; charset=iso-8859-1; ; =; x",
        "image/jpeg; name=a photo of us.jpg",
        "multipart/mixed; boundary=\"unterminated",
        "text",
    ]
}
