import Dispatch
import GRDB
import Storage
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What group commit has saved: the ratio of changes to commits.
package struct CommitCount: Sendable, Hashable {
    /// Changes that were part of a commit, the failed ones among them.
    package let changes: Int
    package let commits: Int
    /// Changes that wait for their turn now.
    package let waiting: Int
}

/// Commits the changes of many callers together: one wait for the disk answers everybody who was waiting.
///
/// A change that fails is undone alone. Nobody is answered before the commit that holds the change is on disk, and
/// nothing is undone because a caller was cancelled.
final class GroupCommit: Sendable {
    /// Most changes of one transaction, so that the first of a long queue does not wait for all of it.
    private static let largestBatch = 256
    /// Most turns that others are given at the processor before a transaction.
    private static let mostTurns = 4

    private typealias Answer = @Sendable () -> Void

    /// A change that waits for its turn.
    private struct Change: Sendable {
        /// Makes the change, a second time if the first was undone; the answer is given once it is committed.
        let perform: @Sendable (Connection) throws -> Answer
        /// Answers that the change was not made.
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Change] = []
        var isDraining = false
        var changes = 0
        var commits = 0
        var events: [StoreLoad.EventLabel: Int] = [:]

        mutating func takeBatch() -> [Change] {
            var batch: [Change] = []
            swap(&batch, &waiting)
            if batch.count > GroupCommit.largestBatch {
                waiting = Array(batch[GroupCommit.largestBatch...])
                batch.removeLast(waiting.count)
            }
            return batch
        }
    }

    /// The one connection that writes; nil once closed.
    private let writer: Mutex<Connection?>
    /// The thread the writer works on: the wait for the disk must not keep one that answers requests.
    private let queue = DispatchQueue(label: "drawbridge.commits")
    private let checkpoints: Checkpoints
    private let state = Mutex(State())

    init(writer: sending Connection, checkpoints: Checkpoints) {
        self.writer = Mutex(writer)
        self.checkpoints = checkpoints
    }

    var count: CommitCount {
        state.withLock { CommitCount(changes: $0.changes, commits: $0.commits, waiting: $0.waiting.count) }
    }

    var load: StoreLoad {
        state.withLock {
            StoreLoad(waiting: $0.waiting.count, commits: $0.commits, changes: $0.changes, events: $0.events)
        }
    }

    /// Makes `change` in a transaction; returns or throws once it is known what became of it.
    func perform<Value: Sendable>(_ change: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Change(
                    perform: { database in
                        let value = try change(database)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    private func enqueue(_ change: Change) {
        let isFirst = state.withLock { state in
            state.waiting.append(change)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if isFirst { scheduleDrain() }
    }

    /// Waits for the changes under way, then closes the file; later changes fail.
    func close() {
        queue.sync { writer.withLock { $0 = nil } }
        checkpoints.close()
    }

    private func scheduleDrain() {
        queue.async { self.drain() }
    }

    private func drain() {
        letOthersJoin()
        let batch = state.withLock { $0.takeBatch() }
        do {
            let (answers, events) = try writer.withLock { connection in
                guard let connection else { throw DatabaseError.closed }
                return (try Self.commit(batch, in: connection), connection.addedEvents)
            }
            state.withLock { state in
                state.changes += batch.count
                state.commits += 1
                for event in events { state.events[event, default: 0] += 1 }
            }
            for answer in answers { answer() }
        } catch {
            for change in batch { change.fail(error) }
        }
        keepLogShort()
        let isMoreWaiting = state.withLock { state in
            state.isDraining = !state.waiting.isEmpty
            return state.isDraining
        }
        if isMoreWaiting { scheduleDrain() }
    }

    /// Where the processor is busy, those who are about to ask come along; where it is not, this costs nothing.
    ///
    /// As long as more have come meanwhile, more are likely to: but each turn of the others may last milliseconds, and the
    /// first one waits.
    private func letOthersJoin() {
        var waiting = count.waiting
        for _ in 0..<Self.mostTurns {
            sched_yield()
            let now = count.waiting
            guard now > waiting, now < Self.largestBatch else { return }
            waiting = now
        }
    }

    private func keepLogShort() {
        writer.withLock { connection in
            guard let connection else { return }
            switch checkpoints.note(pages: connection.logPages) {
            case .nothing: break
            case .copyRest: checkpoints.copyRest(by: connection)
            }
        }
    }

    /// Makes all changes and waits for the disk.
    ///
    /// As hardly a change ever fails, they are first made without a savepoint for each, which would copy every page
    /// they touch. If one does fail, all are undone and made again, each under a savepoint of its own.
    private static func commit(_ batch: [Change], in connection: Connection) throws -> [Answer] {
        do {
            return try connection.transaction { try batch.map { change in try change.perform(connection) } }
        } catch {
            guard batch.count > 1 else { throw error }
            return try connection.transaction {
                try batch.map { change in try performApart(change, in: connection) }
            }
        }
    }

    /// Makes one change of several under a savepoint, so that its failure undoes nobody else's.
    private static func performApart(_ change: Change, in connection: Connection) throws -> Answer {
        let (trailEnd, events) = (connection.addedTrailEnd, connection.addedEvents.count)
        try connection.run("SAVEPOINT change")
        do {
            let answer = try change.perform(connection)
            try connection.run("RELEASE change")
            return answer
        } catch {
            // A full disk or a failed read may have ended the whole transaction: then nothing of the batch stands.
            guard connection.isInsideTransaction else { throw error }
            try connection.run("ROLLBACK TO change")
            try connection.run("RELEASE change")
            connection.addedTrailEnd = trailEnd
            connection.addedEvents.removeSubrange(events...)
            return { change.fail(error) }
        }
    }
}
