import Glibc
import Synchronization

/// The TLS contexts of the configurations in use: to load the system's roots takes tens of milliseconds.
///
/// A context is made again when a file that its configuration names has changed, so that certificates can be renewed
/// while a program runs. The least recently used contexts are dropped.
final class TLSContextCache: Sendable {
    static let shared = TLSContextCache(limit: 64)

    /// What of a file changes when it is written or replaced; nil where it cannot be read.
    private struct FileStamp: Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private struct Entry {
        let context: TLSClientContext
        let stamps: [FileStamp?]
        var lastUse: UInt64
    }

    private struct State {
        var entries: [TLSConfiguration: Entry] = [:]
        var uses: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// The context for `configuration`.
    ///
    /// - Throws: ``TransportError/badConfiguration(reason:)``.
    func context(for configuration: TLSConfiguration) throws(TransportError) -> TLSClientContext {
        // Read before the files, so that a change meanwhile is seen at the next connection.
        let stamps = configuration.files.map { FileStamp($0) }
        let known = state.withLock { state -> TLSClientContext? in
            guard let entry = state.entries[configuration], entry.stamps == stamps else { return nil }
            state.uses += 1
            state.entries[configuration]?.lastUse = state.uses
            return entry.context
        }
        if let known { return known }
        let context = try TLSClientContext(configuration)
        state.withLock { state in
            state.uses += 1
            state.entries[configuration] = Entry(context: context, stamps: stamps, lastUse: state.uses)
            while state.entries.count > limit,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.entries[oldest.key] = nil
            }
        }
        return context
    }

    /// Drops every context.
    func removeAll() {
        state.withLock { $0.entries.removeAll() }
    }
}

extension TLSClientContext {
    /// The context for `configuration`, made once and made again after a change of its files.
    ///
    /// - Throws: ``TransportError/badConfiguration(reason:)``.
    package static func shared(_ configuration: TLSConfiguration) throws(TransportError) -> TLSClientContext {
        try TLSContextCache.shared.context(for: configuration)
    }
}

extension TLSConfiguration {
    /// Has connections that are made from now on read trust roots, certificates and keys again, also those of the
    /// system. Files that a configuration names are read again without it once they have changed.
    public static func reload() {
        TLSContextCache.shared.removeAll()
    }
}
