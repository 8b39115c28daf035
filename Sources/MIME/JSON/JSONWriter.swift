internal import ByteCoding

/// Writes JSON (RFC 8259) as UTF-8 into a buffer, value by value, without a tree.
package struct JSONWriter {
    package private(set) var output: [UInt8] = []
    /// Whether a comma is due before the next value or name.
    private var needsComma = false

    package init(reusing buffer: inout [UInt8]) {
        swap(&output, &buffer)
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    package mutating func array<Element>(
        _ elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void
    ) {
        beginArray()
        for element in elements { body(&self, element) }
        endArray()
    }

    package mutating func name(_ name: StaticString) {
        comma()
        output.append(UInt8(ascii: "\""))
        unsafe output.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        output.append(UInt8(ascii: "\""))
        output.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func value(_ text: some StringProtocol) {
        value(utf8: Array(text.utf8))
    }

    /// A string that is valid UTF-8 already.
    package mutating func value(utf8 text: [UInt8]) {
        comma()
        writeString(text)
        needsComma = true
    }

    package mutating func value(_ number: Int) {
        comma()
        output.append(contentsOf: String(number).utf8)
        needsComma = true
    }

    package mutating func value(_ flag: Bool) {
        comma()
        output.append(contentsOf: (flag ? "true" : "false").utf8)
        needsComma = true
    }

    /// A member with a text, left out where there is none.
    package mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        value(text)
    }

    package mutating func member(_ name: StaticString, utf8 text: [UInt8]?) {
        guard let text else { return }
        self.name(name)
        value(utf8: text)
    }

    package mutating func member(_ name: StaticString, _ number: Int) {
        self.name(name)
        value(number)
    }

    mutating func beginObject() { begin("{") }
    mutating func endObject() { end("}") }
    mutating func beginArray() { begin("[") }
    mutating func endArray() { end("]") }

    private mutating func begin(_ bracket: Unicode.Scalar) {
        comma()
        output.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func end(_ bracket: Unicode.Scalar) {
        output.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { output.append(UInt8(ascii: ",")) }
    }

    /// Writes valid UTF-8 as a string: all but what must be escaped is copied as it is.
    private mutating func writeString(_ text: [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var start = 0
        for index in text.indices {
            let octet = text[index]
            guard octet < 0x20 || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") || octet == 0x7F else {
                continue
            }
            output += text[start..<index]
            start = index + 1
            output.append(UInt8(ascii: "\\"))
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(octet)
            case 0x0A: output.append(UInt8(ascii: "n"))
            case 0x0D: output.append(UInt8(ascii: "r"))
            case 0x09: output.append(UInt8(ascii: "t"))
            default:
                output += "u00".utf8
                Hexadecimal.append(octet, to: &output)
            }
        }
        output += text[start...]
        output.append(UInt8(ascii: "\""))
    }
}
