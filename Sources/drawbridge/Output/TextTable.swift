/// A table of text for a terminal.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: String...) {
        self.header = header
    }

    /// Adds a row; what could move the cursor or begin a line is escaped.
    mutating func add(_ cells: String...) {
        rows.append(cells.map(LogText.oneLine))
    }

    /// The table, or `nothing` where there is no row.
    func text(orElse nothing: String) -> String {
        guard !rows.isEmpty else { return nothing }
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { row in
            let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        return lines.joined(separator: "\n")
    }
}

/// Names and values, one a line.
struct TextRecord {
    private var lines: [(name: String, value: String)] = []

    /// Adds a line; nothing is added for nil.
    mutating func add(_ name: String, _ value: String?) {
        if let value { lines.append((name, LogText.oneLine(value))) }
    }

    var text: String {
        let width = lines.map(\.name.count).max() ?? 0
        return lines.map { name, value in
            name + String(repeating: " ", count: width - name.count) + "  " + value
        }.joined(separator: "\n")
    }
}
