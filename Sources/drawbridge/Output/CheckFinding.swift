import Connectors

/// One thing a check found, as commands show it.
struct CheckFinding: Encodable {
    let severity: String
    let text: String

    init(_ severity: Finding.Severity, _ text: String) {
        self.severity = severity.rawValue
        self.text = text
    }

    /// Findings as lines, or `nothing` where there are none.
    static func list(_ findings: [CheckFinding], orElse nothing: String) -> AnswerList<CheckFinding> {
        let width = findings.map(\.severity.count).max() ?? 0
        let lines = findings.map { finding in
            finding.severity + String(repeating: " ", count: width - finding.severity.count) + "  "
                + LogText.oneLine(finding.text)
        }
        return AnswerList(findings, text: lines.isEmpty ? nothing : lines.joined(separator: "\n"))
    }
}
