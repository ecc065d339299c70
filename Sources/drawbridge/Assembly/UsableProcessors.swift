import Foundation
import NIOCore

/// The processors this process may run on.
enum UsableProcessors {
    /// Makes one event loop for each; call it once, before anything uses a loop.
    ///
    /// More loops than processors only take turns, and every turn is a switch between threads.
    static func giveEachALoop() {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        NIOSingletons.groupLoopCountSuggestion = min(System.coreCount, allowed(by: status) ?? .max)
    }

    /// How many the affinity mask leaves, which SwiftNIO's own count of cores and quotas does not know; nil where
    /// `status`, the process's status file (proc(5)), does not say.
    static func allowed(by status: String) -> Int? {
        let name = "Cpus_allowed:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
        let count = line.dropFirst(name.count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : nil
    }
}
