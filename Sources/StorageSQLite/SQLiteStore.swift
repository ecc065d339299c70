import OAuth
package import Storage

/// The store in one SQLite file, for one node: every answered change is on disk (WAL, `synchronous=FULL`).
///
/// Several processes may have the file open; what one has committed, the next read of the others sees. All failures are
/// thrown as ``StoreError``.
package struct SQLiteStore: Sendable {
    /// The database file, as it was given.
    package let path: String
    /// What stored clients were decoded to, and the texts of claims.
    let decodedClients = DecodedValues<ClientRevision, Client>()
    let decodedClaims = DecodedValues<ClaimsText, PersonClaims>()
    private let readers: ReaderConnections
    private let commits: GroupCommit

    /// Opens the database at `path`, making the file (mode 0600) and the tables where they are missing. Blocks.
    ///
    /// A write waits `patience` seconds for other processes' writes before it is refused. Throws
    /// ``StoreError/newerSchema`` for a newer program's database, and ``StoreError/unavailable(reason:)`` for one that
    /// cannot be opened.
    package init(path: String, patience: Double = 10) throws {
        self.path = path
        do {
            commits = try DatabaseFile.open(path, patience: patience)
        } catch {
            throw StoreError.typed(error, path: path)
        }
        readers = ReaderConnections(path: path, patience: patience)
    }

    /// Waits for the changes under way, then closes the file; later calls throw.
    package func close() throws {
        readers.close()
        commits.close()
    }

    /// How many transactions were committed since the file was opened, and for how many changes.
    package var commitCount: CommitCount { commits.count }

    /// What was written since the file was opened, and what waits.
    package var load: StoreLoad { commits.load }

    /// Runs `query`, one statement that looks up a few rows, on the caller's own thread.
    ///
    /// A read of the cached pages of an embedded database takes less than handing it to another thread and back, and
    /// in WAL mode it waits for no writer.
    func read<Value: Sendable>(_ query: @Sendable (Connection) throws -> Value) throws -> Value {
        do {
            return try readers.read(query)
        } catch {
            throw StoreError.typed(error, path: path)
        }
    }

    /// Runs `query`, one statement that may read many rows, away from the threads that answer requests.
    func readAtLength<Value: Sendable>(
        _ query: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        do {
            return try await readers.readAtLength(query)
        } catch {
            throw StoreError.typed(error, path: path)
        }
    }

    /// Makes `change`, all of it or nothing, and returns once it is on disk.
    ///
    /// `change` is made again if another one of the same transaction failed, so it must do nothing but what the
    /// transaction undoes.
    func write<Value: Sendable>(_ change: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        do {
            return try await commits.perform(change)
        } catch {
            throw StoreError.typed(error, path: path)
        }
    }
}
