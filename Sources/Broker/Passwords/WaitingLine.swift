import Foundation
import Synchronization

/// Lets a few pieces of heavy work run at once, each on a thread of its own, and a bounded number wait their turn.
///
/// The threads are not Swift's: work that takes tens of milliseconds there would hold up every other request.
final class WaitingLine: Sendable {
    /// The line is full.
    struct Full: Error {}

    /// How much is going on.
    struct Load: Equatable, Sendable {
        let running: Int
        let waiting: Int
    }

    private struct Waiter {
        let ticket: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var running = 0
        var waiting: [Waiter] = []
        var nextTicket: UInt64 = 0
    }

    private enum Admission {
        case admitted
        case waits
        case refused(any Error)
    }

    private let concurrent: Int
    private let capacity: Int
    private let state = Mutex(State())

    /// Runs at most `concurrent` pieces of work, and lets at most `capacity` wait.
    init(concurrent: Int, capacity: Int) {
        self.concurrent = max(1, concurrent)
        self.capacity = max(0, capacity)
    }

    var load: Load {
        state.withLock { Load(running: $0.running, waiting: $0.waiting.count) }
    }

    /// Runs `work` when its turn comes. Cancelling ends the waiting; work that has begun is finished.
    ///
    /// - Throws: ``Full``, `CancellationError`, or what `work` throws.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await enter()
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                WaitingLine.yieldToOthers()
                let result = Result { try work() }
                self.leave()
                continuation.resume(with: result)
            }
            thread.start()
        }
    }

    /// Gives this thread a lower priority than those that answer requests.
    private static func yieldToOthers() {
        #if os(Linux)
            // Linux keeps one nice value per thread, whatever POSIX says; elsewhere this would slow the whole process.
            setpriority(Int32(PRIO_PROCESS.rawValue), 0, 10)
        #endif
    }

    private func enter() async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                switch admit(Waiter(ticket: ticket, continuation: continuation)) {
                case .admitted: continuation.resume()
                case .waits: break
                case .refused(let error): continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            removeWaiter(ticket)?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Asked under the lock: a task that is cancelled later finds itself in the line, and one cancelled before does not join.
    private func admit(_ waiter: Waiter) -> Admission {
        state.withLock { state in
            if Task.isCancelled {
                return .refused(CancellationError())
            }
            if state.running < concurrent {
                state.running += 1
                return .admitted
            }
            guard state.waiting.count < capacity else { return .refused(Full()) }
            state.waiting.append(waiter)
            return .waits
        }
    }

    private func removeWaiter(_ ticket: UInt64) -> Waiter? {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
            return state.waiting.remove(at: index)
        }
    }

    /// Passes the place on to the first in the line, or gives it up.
    private func leave() {
        let next: Waiter? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.running -= 1
            return nil
        }
        next?.continuation.resume()
    }
}
