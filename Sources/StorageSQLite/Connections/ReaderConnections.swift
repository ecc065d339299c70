import Dispatch
import GRDB
import Synchronization

/// Connections that only read, one for each thread that reads at a time.
final class ReaderConnections: Sendable {
    /// A connection of which somebody has sole use while it is not in the list of idle ones.
    private final class Reader: Sendable {
        let connection: Mutex<Connection>

        init(_ connection: sending Connection) {
            self.connection = Mutex(connection)
        }
    }

    private struct State {
        var idle: [Reader] = []
        var isClosed = false
    }

    private let path: String
    private let patience: Double
    private let longReads = DispatchQueue(label: "drawbridge.reads", attributes: .concurrent)
    private let state = Mutex(State())

    /// Connections to the file at `path`, which must be there; each is opened when it is first needed.
    init(path: String, patience: Double) {
        self.path = path
        self.patience = patience
    }

    /// Runs `query` on the caller's thread.
    func read<Value: Sendable>(_ query: @Sendable (Connection) throws -> Value) throws -> Value {
        let reader = try take()
        defer { giveBack(reader) }
        return try reader.connection.withLock { connection in try query(connection) }
    }

    /// Runs `query` on a thread of its own.
    func readAtLength<Value: Sendable>(
        _ query: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            longReads.async { continuation.resume(with: Result { try self.read(query) }) }
        }
    }

    /// Closes the connections; later reads throw.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.idle = []
        }
    }

    private func take() throws -> Reader {
        let idle = try state.withLock { state in
            guard !state.isClosed else { throw DatabaseError.closed }
            return state.idle.popLast()
        }
        if let idle { return idle }
        let connection = try Connection(path: path, access: .reading, patience: patience)
        return Reader(connection)
    }

    private func giveBack(_ reader: Reader) {
        state.withLock { state in
            // Once closed, a connection that was in use ends here, with its last reference.
            if !state.isClosed { state.idle.append(reader) }
        }
    }
}

extension DatabaseError {
    /// A call on a store that was closed.
    static var closed: DatabaseError {
        DatabaseError(resultCode: .SQLITE_MISUSE, message: "the database is closed")
    }
}
