#if CharsetDetection
    private import CUchardet

    /// Mozilla's guess at a charset, by how often which octets follow each other.
    enum CharsetDetector {
        /// So much of a text tells enough; the rest would only cost time.
        private static let sampleSize = 64 * 1024
        /// Fewer octets beyond ASCII tell nothing.
        private static let leastEvidence = 4

        /// The likely charset; nil where there is too little to tell it by.
        static func detect(_ octets: [UInt8]) -> Charset? {
            let sample = octets.prefix(sampleSize)
            guard sample.contains(0x1B) || sample.count(where: { $0 >= 0x80 }) >= leastEvidence else { return nil }
            guard let detector = unsafe uchardet_new() else { return nil }
            defer { unsafe uchardet_delete(detector) }
            // The detector only reads the memory, within the call.
            let status = unsafe sample.withUnsafeBytes { bytes in
                unsafe uchardet_handle_data(
                    detector, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
            }
            guard status == 0 else { return nil }
            unsafe uchardet_data_end(detector)
            let name = unsafe String(cString: uchardet_get_charset(detector))
            return name.isEmpty || name.lowercased() == "ascii" ? nil : Charset(name)
        }
    }
#else
    enum CharsetDetector {
        static func detect(_ octets: [UInt8]) -> Charset? { nil }
    }
#endif
