import GRDB
import Synchronization

/// Connections that only read, one for each thread that reads at a time.
///
/// Beside GRDB's own pool, because that asks for the schema's version before each read and takes several locks: more
/// work than looking up a row.
final class ReaderConnections: Sendable {
    private struct State {
        var idle: [DatabaseQueue] = []
        var isClosed = false
    }

    private let path: String
    private let configuration: Configuration
    private let state = Mutex(State())

    /// Connections to the file at `path`, which must be there; each is opened when it is first needed.
    init(path: String, configuration: Configuration) {
        var configuration = configuration
        configuration.readonly = true
        self.path = path
        self.configuration = configuration
    }

    /// Runs `query` on the caller's thread.
    func read<Value>(_ query: (Database) throws -> Value) throws -> Value {
        let connection = try take()
        defer { giveBack(connection) }
        return try connection.unsafeRead(query)
    }

    /// Closes the connections; later reads throw.
    func close() throws {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for connection in idle { try connection.close() }
    }

    private func take() throws -> DatabaseQueue {
        let idle = try state.withLock { state in
            guard !state.isClosed else {
                throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the database is closed")
            }
            return state.idle.popLast()
        }
        return try idle ?? DatabaseQueue(path: path, configuration: configuration)
    }

    private func giveBack(_ connection: DatabaseQueue) {
        state.withLock { state in
            // Once closed, a connection that was in use ends here, with its last reference.
            if !state.isClosed { state.idle.append(connection) }
        }
    }
}
