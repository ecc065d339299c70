import Foundation
import Synchronization
import Testing

@testable import Broker

@Suite("Passwords: hashing a few at a time", .timeLimit(.minutes(1)))
struct WaitingLineTests {
    /// Holds up whoever passes it until it is opened.
    private final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)

        func pass() {
            semaphore.wait()
            semaphore.signal()
        }

        func open() {
            semaphore.signal()
        }
    }

    private final class Counter: Sendable {
        private let counts = Mutex((now: 0, most: 0))

        func enter() {
            counts.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }

        func leave() {
            counts.withLock { $0.now -= 1 }
        }

        var most: Int { counts.withLock { $0.most } }
    }

    private func reach(running: Int, waiting: Int, in line: WaitingLine) async {
        while line.load != WaitingLine.Load(running: running, waiting: waiting) {
            await Task.yield()
        }
    }

    @Test("Two run, three wait, the sixth is turned away, and the line moves on")
    func bounds() async throws {
        let line = WaitingLine(concurrent: 2, capacity: 3)
        let gate = Gate()
        let counter = Counter()
        let finished = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<5 {
                group.addTask {
                    try await line.run {
                        counter.enter()
                        defer { counter.leave() }
                        gate.pass()
                        return index
                    }
                }
            }
            await reach(running: 2, waiting: 3, in: line)
            // A place is taken a moment before its work begins.
            while counter.most < 2 { await Task.yield() }
            await #expect(throws: WaitingLine.Full.self) { try await line.run { 0 } }
            gate.open()
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(finished == [0, 1, 2, 3, 4])
        #expect(counter.most == 2)
        #expect(line.load == WaitingLine.Load(running: 0, waiting: 0))
        #expect(try await line.run { 6 } == 6)
    }

    @Test("Who gives up leaves the line, and its place is free again")
    func cancellation() async throws {
        let line = WaitingLine(concurrent: 1, capacity: 1)
        let gate = Gate()
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await line.run { gate.pass() } }
            await reach(running: 1, waiting: 0, in: line)
            let gaveUp = await withTaskGroup(of: Bool.self) { waiting in
                waiting.addTask {
                    do {
                        try await line.run { counter.enter() }
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
                await reach(running: 1, waiting: 1, in: line)
                waiting.cancelAll()
                return await waiting.next()
            }
            #expect(gaveUp == true)
            #expect(line.load == WaitingLine.Load(running: 1, waiting: 0))
            gate.open()
            try await group.waitForAll()
        }
        #expect(counter.most == 0)
        #expect(line.load == WaitingLine.Load(running: 0, waiting: 0))
    }

    private struct Mishap: Error {}

    @Test("Work that fails hands its place on")
    func failure() async throws {
        let line = WaitingLine(concurrent: 1, capacity: 0)
        for _ in 0..<3 {
            await #expect(throws: Mishap.self) { try await line.run { throw Mishap() } }
        }
        #expect(try await line.run { 7 } == 7)
    }

    @Test("More pieces of work than there are cores block, and Swift's own threads go on")
    func threads() async throws {
        let count = ProcessInfo.processInfo.activeProcessorCount + 2
        let line = WaitingLine(concurrent: count, capacity: 0)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask { try await line.run { gate.pass() } }
            }
            await reach(running: count, waiting: 0, in: line)
            let free = WaitingLine(concurrent: 1, capacity: 0)
            #expect(try await free.run { 1 } == 1)
            gate.open()
            try await group.waitForAll()
        }
    }
}
