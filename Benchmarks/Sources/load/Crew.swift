import Foundation
import Synchronization

/// Threads that each do the same work on a connection of their own.
enum Crew {
    private final class Gathering<Value: Sendable>: Sendable {
        let outcomes = Mutex<[Result<Value, any Error>]>([])
        let done = DispatchGroup()
    }

    /// Runs `work` on so many threads at once; what each gave, in no particular order.
    static func run<Value: Sendable>(
        _ count: Int, port: Int, _ work: @escaping @Sendable (Int, HTTPConnection) throws -> Value
    ) throws -> [Value] {
        let gathering = Gathering<Value>()
        for number in 0..<count {
            gathering.done.enter()
            Thread {
                let outcome = Result { try work(number, HTTPConnection(port: port)) }
                gathering.outcomes.withLock { $0.append(outcome) }
                gathering.done.leave()
            }.start()
        }
        gathering.done.wait()
        return try gathering.outcomes.withLock { $0 }.map { try $0.get() }
    }
}
