import ArgumentParser
import Foundation
import Storage
import StorageSQLite

/// `drawbridge audit export`.
struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all events as JSON lines, oldest first, with their numbers and links.",
        discussion: """
            Every line can be checked without this program: docs/architecture.md says how a link is made.

            EXAMPLES:
              drawbridge audit export > trail.jsonl
              drawbridge audit export --after 1042 >> trail.jsonl
            """)

    @Option(help: ArgumentHelp("Only events after the one of this number.", valueName: "number"))
    var after = 0

    @OptionGroup var data: DataOptions

    func validate() throws {
        guard after >= 0 else { throw ValidationError("The value '\(after)' is invalid for '--after': 0 or more.") }
    }

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let rest = try await folder.store.walkTrail(
                after: { [after] _ in after }, from: { _ in Data() },
                { lines, row in
                    lines.append(try TrailLine(row).json)
                    guard lines.count > Self.portion else { return }
                    try FileHandle.standardOutput.write(contentsOf: lines)
                    lines.removeAll(keepingCapacity: true)
                })
            try FileHandle.standardOutput.write(contentsOf: rest)
        }
    }

    /// Bytes written at once.
    private static let portion = 64 * 1024
}
