/// The rows of one layer.
package struct RowGroup: Sendable {
    package let name: String
    package let rows: [Row]

    package static let kernels = RowGroup(
        name: "kernels", rows: SearchRows.all + DecoderRows.all + TextRows.all + YardstickRows.all)
    package static let wire = RowGroup(
        name: "wire", rows: MessageRows.all + UnstufferRows.all + StatusLineRows.all + ListingRows.all)
    package static let parsing = RowGroup(name: "parsing", rows: ParserRows.all)
    package static let headers = RowGroup(name: "headers", rows: HeaderRows.all)
    package static let memorySessions = RowGroup(name: "sessions in memory", rows: MemorySessionRows.all)

    /// Those whose instructions and allocations the count driver tells; of parsing the parse driver tells them.
    package static let counted = [kernels, wire, headers, memorySessions]
}
