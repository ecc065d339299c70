import Connectors

/// What a check found out about one provider.
struct ProviderReport {
    let id: String
    let findings: [Finding]

    init(id: String, _ findings: [Finding]) {
        self.id = id
        self.findings = findings
    }

    var hasProblem: Bool { findings.contains { $0.severity == .problem } }
}

/// What checks of providers found out, as commands show it: the findings, each with its provider.
struct ProviderReports: CommandAnswer {
    private struct Row: Encodable {
        let provider: String
        let severity: String
        let text: String
    }

    private let reports: [ProviderReport]

    init(_ reports: [ProviderReport]) {
        self.reports = reports
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for report in reports {
            for finding in report.findings {
                try container.encode(
                    Row(provider: report.id, severity: finding.severity.rawValue, text: finding.text))
            }
        }
    }

    var text: String {
        reports.map { report in
            let list = CheckFinding.list(
                report.findings.map { CheckFinding($0.severity, $0.text) }, orElse: "Nothing was found."
            ).text
            return reports.count == 1 ? list : "\(LogText.oneLine(report.id))\n\(Self.indented(list))"
        }.joined(separator: "\n\n")
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    }
}
