/// The elements that conversion to text treats in a way of their own.
enum HTMLElement: String, CaseIterable {
    case a, blockquote, br, dd, div, dl, dt, h1, h2, h3, h4, h5, h6, hr, img, li, meta, ol, p, pre, q, script, style
    case table, tbody, td, template, textarea, th, thead, title, tr, ul, article, section, header, footer, address,
        center
    case caption, figure, form, fieldset, nav, main, aside, details, summary, option, xmp, listing, body, span, font
    case noframes, iframe, noembed, figcaption, tfoot, menu, dir, svg, math, object, video, audio, canvas
    /// Any other.
    case other = ""

    private static let longestName = 10
    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    init(_ name: ArraySlice<UInt8>) {
        guard name.count <= Self.longestName else {
            self = .other
            return
        }
        // Up to 15 octets make a string without memory of its own.
        self = Self.byName[String(decoding: name.map(\.asciiLowercased), as: UTF8.self)] ?? .other
    }

    /// Whether its content is no markup and is not shown.
    var isRawText: Bool {
        switch self {
        case .script, .style, .title, .noframes, .iframe, .noembed, .template: true
        default: false
        }
    }

    /// Whether it has no content, and no end tag.
    var isVoid: Bool {
        switch self {
        case .br, .hr, .img, .meta: true
        default: false
        }
    }

    /// Whether it begins a line, and ends one.
    var isBlock: Bool {
        switch self {
        case .div, .section, .article, .header, .footer, .dt, .dd, .address, .center, .caption, .nav, .main, .aside,
            .details, .summary, .option, .figcaption, .p, .h1, .h2, .h3, .h4, .h5, .h6, .dl, .figure, .form, .fieldset,
            .table, .tr, .blockquote, .pre, .listing, .xmp, .hr, .ul, .ol, .menu, .dir, .li:
            true
        default: false
        }
    }
}
