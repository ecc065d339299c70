import Synchronization

/// Lets one caller at a time fetch, and hands its outcome to all who wanted the same meanwhile.
///
/// The fetch runs in the task of whoever came first. If that task is cancelled, the next in line takes over, so nobody
/// pays for somebody else's closed connection.
final class SharedFetch<Value: Sendable>: Sendable {
    private enum Turn {
        case lead
        case outcome(Result<Value, ConnectorError>)
        case cancelled
    }

    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Turn, Never>
    }

    private struct Line {
        var isLed = false
        var nextID = 0
        var waiters: [Waiter] = []
    }

    private let line = Mutex(Line())

    /// The outcome of `fetch`, or of the one that is already under way.
    func callAsFunction(
        _ fetch: () async throws(ConnectorError) -> Value
    ) async throws(ConnectorError) -> Value {
        switch await turn() {
        case .cancelled: throw .unavailable(cause: "cancelled")
        case .outcome(let outcome): return try outcome.get()
        case .lead:
            let outcome: Result<Value, ConnectorError>
            do throws(ConnectorError) {
                outcome = .success(try await fetch())
            } catch {
                outcome = .failure(error)
            }
            hand(on: outcome)
            return try outcome.get()
        }
    }

    private func turn() async -> Turn {
        let id = line.withLock { line in
            line.nextID += 1
            return line.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let turn: Turn? = line.withLock { line in
                    // Looked up under the lock: a cancellation after this finds the waiter in line.
                    if Task.isCancelled { return .cancelled }
                    guard line.isLed else {
                        line.isLed = true
                        return .lead
                    }
                    line.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let turn { continuation.resume(returning: turn) }
            }
        } onCancel: {
            let waiter = line.withLock { line in
                line.waiters.firstIndex { $0.id == id }.map { line.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: .cancelled)
        }
    }

    private func hand(on outcome: Result<Value, ConnectorError>) {
        if case .failure = outcome, Task.isCancelled {
            let next = line.withLock { line in
                guard !line.waiters.isEmpty else {
                    line.isLed = false
                    return Waiter?.none
                }
                return line.waiters.removeFirst()
            }
            next?.continuation.resume(returning: .lead)
            return
        }
        let waiters = line.withLock { line in
            line.isLed = false
            defer { line.waiters = [] }
            return line.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: .outcome(outcome)) }
    }
}
