import Broker
import Storage

/// What `audit verify` found.
struct TrailReport: CommandAnswer {
    private let verdict: TrailVerification.Verdict

    init(_ verdict: TrailVerification.Verdict) {
        self.verdict = verdict
    }

    private enum CodingKeys: String, CodingKey {
        case isIntact = "intact"
        case flaw
        case events
        case removed
        case head
        case sealedUpTo = "sealed_up_to"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(verdict.flaw == nil, forKey: .isIntact)
        try container.encode(verdict.flaw?.description, forKey: .flaw)
        try container.encode(verdict.count, forKey: .events)
        try container.encode(verdict.start.number, forKey: .removed)
        try container.encode(head, forKey: .head)
        try container.encode(verdict.sealedUpTo, forKey: .sealedUpTo)
    }

    private var head: String { "\(verdict.head.number):\(verdict.head.link)" }

    var text: String {
        var lines: [String] = []
        if let flaw = verdict.flaw {
            lines.append("BROKEN  \(flaw)")
            lines.append("Events that fit before that: \(verdict.count).")
        } else {
            lines.append("The trail is whole: \(verdict.count) events, each linked to all before it.")
        }
        if verdict.start.number > 0 {
            lines.append("Retention has removed the events up to \(verdict.start.number).")
        }
        if let sealed = verdict.sealedUpTo { lines.append("Sealed up to event \(sealed).") }
        if verdict.flaw == nil { lines.append("Head: \(head)") }
        return lines.joined(separator: "\n")
    }
}
