import Synchronization
import SystemPackage

/// A file descriptor that takes whole lines, one writer at a time.
final class LogOutput: Sendable {
    static let standardError = LogOutput(.standardError)
    static let standardOutput = LogOutput(.standardOutput)

    private let descriptor: Mutex<FileDescriptor>

    init(_ descriptor: FileDescriptor) {
        self.descriptor = Mutex(descriptor)
    }

    /// Writes `line`. A log that cannot be written to must not end the program, so failures are dropped.
    func write(_ line: String) {
        descriptor.withLock { descriptor in
            _ = try? descriptor.writeAll(line.utf8)
        }
    }
}
