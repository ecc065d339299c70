import Testing

/// Words that code must not hold, and why.
struct HouseRule: Sendable, CustomTestStringConvertible {
    let words: [String]
    let reason: String
    /// Files and folders, relative to `Sources`, where the words may stand.
    var exceptions: [String] = []
    /// The folders the rule is for; all of `Sources` where empty.
    var folders: [String] = []

    var testDescription: String { words.joined(separator: " ") }

    static let all: [HouseRule] = [
        HouseRule(
            words: ["try!", "as!", "fatalError(", "preconditionFailure("], reason: "A bad input is not a crash."),
        HouseRule(
            words: ["@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency"],
            reason: "The compiler judges what may be shared."),
        HouseRule(
            words: ["Task {", "Task(", "Task.detached"],
            reason: "Concurrency is structured; long work is a Service."),
        HouseRule(
            words: ["DispatchQueue"], reason: "Work is done by tasks.",
            // Waiting for the disk blocks a thread: it must be none of those that answer requests.
            exceptions: ["StorageSQLite/Connections"]),
        HouseRule(
            words: ["Thread", "usleep("], reason: "Threads belong to the executors.",
            // Hashing passwords at a lower priority than the answering of requests.
            exceptions: ["Broker/Passwords/WaitingLine.swift"]),
        HouseRule(
            words: ["Any", "AnyHashable"], reason: "Values have types.",
            // Mustache renders `Any`, and an event of a NIO channel is one.
            exceptions: [
                "Web/Pages/Templates/TemplateValue+Mustache.swift", "drawbridge/Connections/ExchangeHandler.swift",
            ]),
        HouseRule(words: ["public"], reason: "Only a library product has a public interface."),
        HouseRule(
            words: ["print(", "debugPrint(", "dump("], reason: "Output is a command's.", exceptions: ["drawbridge"]),
        HouseRule(
            words: [
                "Date()", "Date.now", "Date(timeIntervalSinceNow", "UUID()", ".random(", "randomElement(", "shuffled()",
                "shuffle()", "SystemRandomNumberGenerator", "ContinuousClock.now", "SuspendingClock.now",
                "NIODeadline.now", "DispatchTime.now", "= .now", "(.now", ": .now", ", .now", "?? .now", "return .now",
            ], reason: "Time, randomness and identifiers come in from outside.",
            exceptions: ["drawbridge", "BrokerTesting"]),
        HouseRule(
            words: ["JSONDecoder(", "JSONSerialization"],
            reason: "UntrustedJSON bounds the depth: Foundation's reader traps on hostile nesting.",
            // Its own home; what only this program has written (sealed content, database columns); an outsider.
            exceptions: [
                "OAuth/Values/UntrustedJSON.swift", "OAuth/Values/JSONStructure.swift",
                "OAuth/Sealing/KeyRing+Sealing.swift", "StorageSQLite/Coding", "Demo",
            ]),
        HouseRule(
            words: [
                "async", "await", "actor", "Clock", "ContinuousClock", "Logger", "Mutex", "ProcessInfo", "FileManager",
                "AES.GCM.Nonce()", "SymmetricKey(size", "PrivateKey()",
            ], reason: "The protocol is values and rules: no async, no clock, no randomness, no I/O.",
            // All who seal share one ring, whose keys change while they do.
            exceptions: ["OAuth/Sealing/KeyRing.swift"], folders: ["OAuth"]),
        HouseRule(
            words: ["processInfo.environment", "getenv("], reason: "Configuration is read once.",
            exceptions: ["drawbridge"]),
    ]

    /// Where `file` breaks the rule, as `path:line word`.
    func violations(in file: SourceFile) -> [String] {
        guard folders.isEmpty || folders.contains(where: file.isIn), !exceptions.contains(where: file.isIn) else {
            return []
        }
        return file.codeLines.enumerated().flatMap { number, line in
            words.filter { Self.holds(line, $0) }.map { "\(file.path):\(number + 1) \($0)" }
        }
    }

    /// Whether `word` stands in `line` by itself and not as part of a longer name.
    static func holds(_ line: String, _ word: String) -> Bool {
        line.ranges(of: word).contains { range in
            let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
            let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
            let joinsBefore = word.first.map(isName) == true && isName(before)
            let joinsAfter = word.last.map(isName) == true && isName(after)
            return !joinsBefore && !joinsAfter
        }
    }

    private static func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
