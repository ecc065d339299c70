import Broker
import Logging
import OAuth
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Reads the master key file again every second, and at SIGHUP: a key that was added opens from then on, and seals once its
/// time has come. A broken file is reported, and the keys stay as they were.
struct MasterKeyReload: Service {
    private static let interval = Duration.seconds(1)

    private let file: MasterKeyFile
    private let keyRing: KeyRing
    private let clock: any WallClock
    private let logger: Logger
    private let complaint = Complaint()

    /// What was complained about last, so that one broken file is one line in the log.
    private final class Complaint: Sendable {
        private let last = Mutex<String?>(nil)

        func isNew(_ words: String?) -> Bool {
            last.withLock { last in
                defer { last = words }
                return last != words
            }
        }
    }

    init(_ file: MasterKeyFile, keyRing: KeyRing, clock: any WallClock, logger: Logger) {
        self.file = file
        self.keyRing = keyRing
        self.clock = clock
        self.logger = logger
    }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in signals { read() }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Self.interval)) != nil { read() }
                }
            }
        }
    }

    private func read() {
        do {
            let keys = try file.load().keys(at: clock.now)
            let (old, new) = (keyRing.keyIDs, keys.map(\.id))
            guard new != old else {
                _ = complaint.isNew(nil)
                return
            }
            // Whatever was sealed a moment ago would be lost.
            guard old.first.map(new.contains) ?? true else {
                return complain("the key that seals now, \(old.first ?? ""), is not in the file")
            }
            try keyRing.replace(with: keys)
            _ = complaint.isNew(nil)
            logger.notice(
                "Master keys read again",
                metadata: ["seals": "\(new.first ?? "")", "open": "\(new.dropFirst().joined(separator: " "))"])
        } catch {
            complain("\(error)")
        }
    }

    private func complain(_ words: String) {
        guard complaint.isNew(words) else { return }
        logger.warning("The master keys stay as they were", metadata: ["problem": "\(words)"])
    }
}
