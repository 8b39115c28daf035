/// A comparison as a page of HTML: one file, no script, nothing loaded from elsewhere.
public struct ComparisonPage {
    private let run: ComparisonRun

    public init(_ run: ComparisonRun) {
        self.run = run
    }

    /// The whole page, in UTF-8.
    public var html: String {
        var writer = HTMLWriter()
        writer.markup("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        writer.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        // Whatever a message holds, nothing is loaded and nothing runs.
        writer.markup("<meta http-equiv=\"Content-Security-Policy\" ")
        writer.markup("content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
        writer.markup("<meta name=\"color-scheme\" content=\"light dark\">\n")
        writer.element("<title>", "\(run.names.first) and \(run.names.second) compared", "</title>\n")
        writer.markup(Self.style)
        writer.markup("</head><body><main>\n")
        writer.element("<h1>", "\(run.names.first) and \(run.names.second)", "</h1>\n")
        writeSummary(&writer)
        writeCharts(&writer)
        writeDiffering(&writer)
        writer.markup("</main></body></html>\n")
        return writer.text
    }

    private func writeSummary(_ writer: inout HTMLWriter) {
        let share = run.messages == 0 ? 100 : Double(run.agreeing) / Double(run.messages) * 100
        writer.markup("<dl class=\"cards\">\n")
        for (name, value) in [
            ("messages", String(run.messages)), ("read alike", "\(run.agreeing) (\(Self.rounded(share))\u{A0}%)"),
            ("size", Self.size(run.octets)),
        ] {
            writer.element("<div><dt>", name, "</dt>")
            writer.element("<dd>", value, "</dd></div>\n")
        }
        writer.markup("</dl>\n")
    }

    // MARK: Charts

    private struct Bar {
        let name: String
        let value: Double
        let label: String
        let style: StaticString
    }

    private func writeCharts(_ writer: inout HTMLWriter) {
        writer.markup("<div class=\"charts\">\n")
        let kinds = run.countsByKind.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
        write(
            "Messages that differ, by kind",
            kinds.map { kind, count in
                Bar(
                    name: kind.rawValue, value: Double(count), label: String(count),
                    style: Self.style(of: kind.severity)
                )
            }, &writer)
        let severities = Difference.Severity.allCases.sorted(by: >)
        write(
            "Messages that differ, by their gravest difference",
            severities.map { severity in
                let count = run.countsBySeverity[severity] ?? 0
                return Bar(
                    name: severity.rawValue, value: Double(count), label: String(count), style: Self.style(of: severity)
                )
            }, &writer)
        let costs = [(run.names.first, run.costs.first), (run.names.second, run.costs.second)]
        write(
            "Time to parse",
            costs.map { name, cost in
                let seconds = Self.seconds(cost.time)
                let speed = seconds > 0 ? Double(run.octets) / seconds / 1_000_000 : 0
                return Bar(
                    name: name, value: seconds,
                    label: "\(Self.rounded(seconds * 1000)) ms, \(Self.rounded(speed)) MB/s", style: "bar")
            }, &writer)
        write(
            "Memory of the documents",
            costs.map { name, cost in
                Bar(name: name, value: Double(cost.memory), label: Self.size(cost.memory), style: "bar")
            }, &writer)
        writer.markup("</div>\n")
    }

    private func write(_ title: String, _ bars: [Bar], _ writer: inout HTMLWriter) {
        writer.element("<section><h2>", title, "</h2>\n")
        guard let most = bars.map(\.value).max(), most > 0 else {
            writer.markup("<p class=\"none\">none</p></section>\n")
            return
        }
        for bar in bars {
            writer.element("<div class=\"row\"><span class=\"name\">", bar.name, "</span>")
            writer.markup("<svg class=\"track\" role=\"img\" preserveAspectRatio=\"none\" viewBox=\"0 0 100 10\">")
            writer.element("<title>", "\(bar.name): \(bar.label)", "</title>")
            writer.markup("<rect class=\"")
            writer.markup(bar.style)
            writer.element(
                "\" height=\"10\" width=\"", Self.rounded(bar.value > 0 ? max(0.5, bar.value / most * 100) : 0),
                "\"/></svg>")
            writer.element("<span class=\"value\">", bar.label, "</span></div>\n")
        }
        writer.markup("</section>\n")
    }

    // MARK: Messages

    private func writeDiffering(_ writer: inout HTMLWriter) {
        let total = run.messages - run.agreeing
        writer.markup("<h2>Messages that differ</h2>\n")
        guard !run.differing.isEmpty else {
            writer.markup("<p class=\"none\">none</p>\n")
            return
        }
        if run.differing.count < total {
            writer.element("<p>", "The first \(run.differing.count) of \(total).", "</p>\n")
        }
        for reading in run.differing.sorted(by: { ($0.severity ?? .minor) > ($1.severity ?? .minor) }) {
            writer.markup("<details><summary>")
            if let severity = reading.severity {
                writer.markup("<span class=\"badge ")
                writer.markup(Self.style(of: severity))
                writer.element("\">", severity.rawValue, "</span> ")
            }
            writer.element("<span class=\"source\">", reading.source, "</span>")
            let kinds = Set(reading.differences.map(\.kind.rawValue)).sorted().joined(separator: ", ")
            writer.element("<span class=\"kinds\">", "\(kinds); \(Self.size(reading.size))", "</span></summary>\n")
            writeDifferences(reading, &writer)
            writer.markup("<div class=\"trees\">\n")
            for (name, outline) in [
                (run.names.first, reading.outlines.first), (run.names.second, reading.outlines.second),
            ] {
                writer.element("<section><h3>", name, "</h3>")
                writer.element("<pre>", outline, "</pre></section>\n")
            }
            writer.markup("</div></details>\n")
        }
    }

    /// More of one message say nothing new.
    private static let differenceLimit = 20
    private static let valueLimit = 300

    private func writeDifferences(_ reading: ComparisonRun.Reading, _ writer: inout HTMLWriter) {
        writer.markup("<div class=\"scroll\"><table><thead><tr><th>kind</th><th>part</th>")
        writer.element("<th>", run.names.first, "</th>")
        writer.element("<th>", run.names.second, "</th></tr></thead><tbody>\n")
        for difference in reading.differences.prefix(Self.differenceLimit) {
            writer.element("<tr><td>", difference.kind.rawValue, "</td>")
            writer.element("<td>", String(difference.part), "</td>")
            writer.element("<td>", Self.shortened(difference.first), "</td>")
            writer.element("<td>", Self.shortened(difference.second), "</td></tr>\n")
        }
        writer.markup("</tbody></table></div>\n")
    }

    // MARK: Values

    private static func style(of severity: Difference.Severity) -> StaticString {
        switch severity {
        case .minor: "minor"
        case .visible: "visible"
        case .loss: "loss"
        }
    }

    private static func shortened(_ text: String) -> String {
        text.count > valueLimit ? text.prefix(valueLimit) + "…" : text
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    private static func rounded(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return value >= 100 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }

    private static func size(_ octets: Int) -> String {
        switch octets {
        case ..<1024: "\(octets) B"
        case ..<(1024 * 1024): "\(rounded(Double(octets) / 1024)) KiB"
        default: "\(rounded(Double(octets) / 1024 / 1024)) MiB"
        }
    }

    private static let style: StaticString = """
        <style>
        :root { --paper: #fff; --ink: #1b1f24; --faint: #667; --line: #d8dce2; --card: #f5f7f9; --bar: #3b6fb6;
          --minor: #8a94a3; --visible: #c98a1b; --loss: #c2413b; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #14171b; --ink: #e6e9ed; --faint: #99a3b0; --line: #31373f; --card: #1d2127; --bar: #6f9fe0;
            --minor: #7c8796; --visible: #dca544; --loss: #e2706a; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
        main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.6rem; margin: 0 0 1rem; } h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
        h3 { font-size: .9rem; margin: .5rem 0 .25rem; color: var(--faint); }
        .cards { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0; }
        .cards div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem;
          flex: 1 1 9rem; }
        dt { color: var(--faint); font-size: .85rem; } dd { margin: 0; font-size: 1.25rem; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; }
        .row { display: grid; grid-template-columns: 8rem 1fr 8.5rem; gap: .6rem; align-items: center; margin: .2rem 0;
          font-size: .9rem; }
        .name { overflow-wrap: anywhere; } .value { color: var(--faint); font-variant-numeric: tabular-nums; }
        .track { width: 100%; height: .9rem; background: var(--card); border-radius: .2rem; display: block; }
        .bar { fill: var(--bar); } rect.minor { fill: var(--minor); } rect.visible { fill: var(--visible); }
        rect.loss { fill: var(--loss); }
        .none { color: var(--faint); margin: 0; }
        details { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; }
        summary { padding: .45rem .75rem; cursor: pointer; overflow-wrap: anywhere; }
        details[open] summary { border-bottom: 1px solid var(--line); }
        .kinds { color: var(--faint); font-size: .85rem; margin-left: .6rem; display: inline-block; overflow-wrap: normal; }
        .badge { border: 1px solid currentcolor; border-radius: .3rem; font-size: .75rem; padding: 0 .4rem; }
        .badge.minor { color: var(--minor); } .badge.visible { color: var(--visible); } .badge.loss { color: var(--loss); }
        .scroll { overflow-x: auto; padding: 0 .75rem; }
        table { border-collapse: collapse; font-size: .85rem; margin: .5rem 0; width: 100%; }
        th, td { text-align: left; padding: .2rem .75rem .2rem 0; vertical-align: top; overflow-wrap: anywhere; }
        th { color: var(--faint); font-weight: 500; }
        th:nth-child(-n+2), td:nth-child(-n+2) { white-space: nowrap; }
        .trees { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 1rem;
          padding: 0 .75rem .75rem; }
        .trees section { min-width: 0; }
        pre { background: var(--card); border-radius: .4rem; padding: .6rem; overflow-x: auto; margin: 0;
          font: .8rem/1.45 ui-monospace, "SFMono-Regular", Consolas, monospace; }
        </style>

        """
}
