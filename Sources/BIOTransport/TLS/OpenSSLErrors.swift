import COpenSSL
import Glibc

/// OpenSSL's queue of errors, which belongs to the thread.
enum OpenSSLErrors {
    /// Takes everything off the queue and says it in one line; the empty string if there was nothing.
    static func take() -> String {
        var reasons: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            if let text = unsafe ERR_reason_error_string(code) {
                reasons.append(unsafe String(cString: text))
            } else if sluice_ERR_is_system_error(code) != 0 {
                reasons.append(systemError(Int32(truncatingIfNeeded: sluice_ERR_GET_REASON(code))))
            } else {
                reasons.append("OpenSSL error \(String(code, radix: 16))")
            }
        }
        return reasons.joined(separator: ", ")
    }

    /// The alert of the other side that the queue holds; nil where there is none. The queue stays as it is.
    static func alert() -> TLSAlert? {
        for code in [ERR_peek_error(), ERR_peek_last_error()] where sluice_ERR_GET_LIB(code) == ERR_LIB_SSL {
            // OpenSSL counts the reasons that are alerts of the peer from here on.
            let number = sluice_ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET
            if let code = UInt8(exactly: number) { return TLSAlert(code: code) }
        }
        return nil
    }

    /// Whether the first error is one of TLS, with one of these reasons.
    static func begins(with reasons: Set<Int32>) -> Bool {
        let code = ERR_peek_error()
        return sluice_ERR_GET_LIB(code) == ERR_LIB_SSL && reasons.contains(sluice_ERR_GET_REASON(code))
    }

    static func clear() {
        ERR_clear_error()
    }
}

/// The operating system's text for an errno value.
package func systemError(_ code: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let start = buffer.baseAddress, unsafe strerror_r(code, start, buffer.count) == 0 else {
            return "errno \(code)"
        }
        return unsafe String(cString: start)
    }
}
