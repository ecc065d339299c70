import Connectors
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the provider files again at SIGHUP, and once they have changed. A broken file is reported, and its old provider
/// stays.
struct ProviderReload: Service {
    /// How often the files are looked at. Looking works on every file system and with every editor, which notifications
    /// of the kernel do not.
    private static let interval = Duration.seconds(1)

    private let reader: ProviderReader

    init(_ upstreams: Upstreams, logger: Logger) {
        reader = ProviderReader(upstreams, logger: logger)
    }

    func run() async throws {
        await reader.reportStart()
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in signals { await reader.readAgain() }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Self.interval)) != nil { await reader.look() }
                }
            }
        }
    }
}

/// Reads the folder, one reading after the other, and tells the log what came of it.
private actor ProviderReader {
    private let upstreams: Upstreams
    private let logger: Logger
    private var watch: FolderWatch
    private var contents: ProviderFolder.Contents

    init(_ upstreams: Upstreams, logger: Logger) {
        self.upstreams = upstreams
        self.logger = logger
        contents = upstreams.contents
        watch = FolderWatch(upstreams.stamp)
    }

    func reportStart() {
        guard !upstreams.isFolderMissing else {
            logger.notice("There is no folder of provider files", metadata: ["path": "\(upstreams.path)"])
            return
        }
        report(contents, since: nil)
    }

    /// Looks whether the files have changed, and reads them if they have.
    func look() {
        switch watch.look(upstreams.folder.stamp(with: contents.referredFiles)) {
        case .asRead, .changing: return
        case .changed:
            let older = contents
            let outcome = read()
            guard !outcome.isEmpty || older.problems != contents.problems || older.warnings != contents.warnings else {
                return
            }
            tell(outcome)
            report(contents, since: older)
        }
    }

    /// Reads the files because somebody asked, and tells everything that is wrong.
    func readAgain() {
        tell(read())
        report(contents, since: nil)
    }

    private func read() -> ProviderRegistry.Outcome {
        // Taken first: what changes during the reading, or is referred to only now, differs from it at the next look.
        let stamp = upstreams.folder.stamp(with: contents.referredFiles)
        contents = upstreams.folder.read()
        watch.read(stamp)
        return upstreams.registry.replace(with: contents)
    }

    private func tell(_ outcome: ProviderRegistry.Outcome) {
        logger.notice(
            "Provider files read again",
            metadata: [
                "files": "\(contents.files.count)", "added": "\(list(outcome.added))",
                "changed": "\(list(outcome.changed))", "removed": "\(list(outcome.removed))",
                "kept": "\(list(outcome.kept))",
            ])
    }

    private func list(_ ids: [some CustomStringConvertible]) -> String {
        ids.map(\.description).joined(separator: " ")
    }

    private func report(_ contents: ProviderFolder.Contents, since older: ProviderFolder.Contents?) {
        for problem in contents.problems where older?.problems.contains(problem) != true {
            logger.warning("A provider file is broken", metadata: metadata(of: problem))
        }
        for warning in contents.warnings where older?.warnings.contains(warning) != true {
            logger.warning("A provider file is not as it should be", metadata: metadata(of: warning))
        }
        for file in contents.files where older?.files.contains(file) != true {
            guard case .unusable(let heading, let reason) = file else { continue }
            logger.warning(
                "A provider cannot be used",
                metadata: ["connector.id": "\(heading.id)", "file": "\(heading.id).json", "reason": "\(reason)"])
        }
    }

    private func metadata(of problem: ProviderFileProblem) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["file": "\(problem.file)", "reason": "\(problem.reason)"]
        if let line = problem.line { metadata["line"] = "\(line)" }
        if let key = problem.key { metadata["key"] = "\(key)" }
        return metadata
    }
}
