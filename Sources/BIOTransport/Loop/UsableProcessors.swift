import CEpoll
import Glibc

/// How many processors this process may use.
enum UsableProcessors {
    /// At least 1: the processors of the affinity mask (sched_getaffinity(2)), or fewer where a control group limits
    /// the process to less time than they have.
    static let count: Int = {
        let allowed = max(1, Int(sluice_usable_processors()))
        guard let quota = controlGroupQuota() else { return allowed }
        return max(1, min(allowed, Int(quota.rounded(.up))))
    }()

    /// The processor time that the process's control group has in each second of wall time, in seconds: nil for as much as
    /// there is. Groups above it limit it too.
    private static func controlGroupQuota() -> Double? {
        let membership = contents(of: "/proc/self/cgroup") ?? ""
        var quotas: [Double] = []
        for line in membership.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let path = String(fields[2])
            if fields[1].isEmpty {
                // Version 2: one hierarchy for all controllers.
                for group in ancestors(of: path) {
                    quotas += quota(v2: contents(of: "/sys/fs/cgroup\(group)/cpu.max") ?? "").map { [$0] } ?? []
                }
            } else if fields[1].split(separator: ",").contains("cpu") {
                for group in ancestors(of: path) {
                    let directory = "/sys/fs/cgroup/cpu\(group)"
                    let limit = contents(of: "\(directory)/cpu.cfs_quota_us") ?? ""
                    let period = contents(of: "\(directory)/cpu.cfs_period_us") ?? ""
                    quotas += quota(v1: limit, period: period).map { [$0] } ?? []
                }
            }
        }
        return quotas.min()
    }

    /// `path` and each group above it, the root as the empty string.
    static func ancestors(of path: String) -> [String] {
        var names = path.split(separator: "/").map(String.init)
        var groups: [String] = []
        while true {
            groups.append(names.map { "/" + $0 }.joined())
            guard names.popLast() != nil else { return groups }
        }
    }

    /// What `cpu.max` says: `QUOTA PERIOD` in microseconds, or `max PERIOD` (cgroup-v2).
    static func quota(v2 text: String) -> Double? {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 2 else { return nil }
        return quota(v1: String(words[0]), period: String(words[1]))
    }

    /// What `cpu.cfs_quota_us` and `cpu.cfs_period_us` say; a quota of -1 is no limit.
    static func quota(v1 limit: String, period: String) -> Double? {
        func number(_ text: String) -> Double? { Int(text.prefix { $0 != "\n" }).map(Double.init) }
        guard let limit = number(limit), let period = number(period), limit > 0, period > 0 else { return nil }
        return limit / period
    }

    /// The beginning of a small file; nil where there is none.
    private static func contents(of path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
