import Connectors

/// Metrics in Prometheus's text format, version 0.0.4.
struct MetricsText {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    typealias Labels = [(name: String, value: String)]

    private(set) var text = ""

    /// Begins a family of samples.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP drawbridge_\(name) \(help)\n# TYPE drawbridge_\(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: Int) {
        line(name, labels, "\(value)")
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        line(name, labels, "\(value)")
    }

    mutating func sample(_ name: String, _ labels: Labels, _ histogram: LatencyHistogram) {
        let counts = histogram.cumulativeCounts
        for (bound, count) in zip(LatencyHistogram.bounds.map(\.text) + ["+Inf"], counts) {
            line(name + "_bucket", labels + [("le", bound)], "\(count)")
        }
        line(name + "_sum", labels, "\(histogram.sum)")
        line(name + "_count", labels, "\(counts.last ?? 0)")
    }

    private mutating func line(_ name: String, _ labels: Labels, _ value: String) {
        text += "drawbridge_\(name)"
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}
