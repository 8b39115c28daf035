import MIME

/// A comparison as lines of JSON.
package enum ComparisonJSON {
    /// How the backends differ over one message.
    package static func line(_ reading: ComparisonRun.Reading) -> String {
        text { json in
            json.member("source", reading.source)
            json.member("size", reading.size)
            json.member("severity", reading.severity?.rawValue)
            json.name("differences")
            json.array(reading.differences) { json, difference in
                json.object { json in
                    json.member("kind", difference.kind.rawValue)
                    json.member("severity", difference.severity.rawValue)
                    json.member("part", difference.part)
                    json.member("first", difference.first)
                    json.member("second", difference.second)
                }
            }
        }
    }

    /// The sums of a run.
    package static func summary(_ run: ComparisonRun) -> String {
        text { json in
            json.name("summary")
            json.object { json in
                json.member("messages", run.messages)
                json.member("octets", run.octets)
                json.member("agreeing", run.agreeing)
                json.name("byKind")
                json.array(run.countsByKind.sorted { $0.key.rawValue < $1.key.rawValue }) { json, entry in
                    json.object { json in
                        json.member("kind", entry.key.rawValue)
                        json.member("messages", entry.value)
                    }
                }
                json.name("backends")
                json.array([(run.names.first, run.costs.first), (run.names.second, run.costs.second)]) {
                    json, backend in
                    json.object { json in
                        let (seconds, attoseconds) = backend.1.time.components
                        json.member("name", backend.0)
                        json.member("nanoseconds", Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
                        json.member("memory", backend.1.memory)
                        json.member("failures", backend.1.failures)
                    }
                }
            }
        }
    }

    private static func text(_ body: (inout JSONWriter) -> Void) -> String {
        var buffer: [UInt8] = []
        var json = JSONWriter(reusing: &buffer)
        json.object(body)
        return String(decoding: json.output, as: UTF8.self)
    }
}
