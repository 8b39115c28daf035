/// The ends of names that are taken for hosts although nothing else says so: `example.com`.
enum TopLevelDomains {
    /// What people register names under most. Endings that more often belong to a file are left out: `.md`, `.py`,
    /// `.sh`, `.zip`.
    private static let names = Set(
        ("com org net edu gov mil int info biz name pro aero asia coop museum jobs mobi tel travel "
            + "app dev io online site shop blog cloud email tech store news page link xyz club live world "
            + "life eu ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm "
            + "bn bo br bs bt bw by bz ca cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm "
            + "do dz ec ee eg er es et fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu "
            + "gw gy hk hm hn hr ht hu id ie il im in iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw "
            + "ky kz la lb lc li lk lr ls lt lu lv ly ma mc me mg mh mk ml mm mn mo mp mq mr ms mt mu mv "
            + "mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pr pt pw qa re ro ru "
            + "rw sa sb sc sd se sg si sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn "
            + "to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw рф бел срб "
            + "укр қаз 中国 中國 台灣 香港 한국 भारत")
            .split(separator: " ").map { Array($0.utf8) })

    /// In capitals or without; `It` rather begins a sentence that lost its space.
    static func contains(_ name: ArraySlice<UInt8>) -> Bool {
        let lowercased = name.map(\.asciiLowercased)
        let isCapitalised = name.first != lowercased.first && name.dropFirst().elementsEqual(lowercased.dropFirst())
        return name.count <= 16 && !isCapitalised && names.contains(lowercased)
    }
}
