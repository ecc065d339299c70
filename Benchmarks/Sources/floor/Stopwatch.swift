/// Times a piece of work by repeating it.
enum Stopwatch {
    private static let patience = Duration.seconds(2)

    /// The mean microseconds of `work`, over two seconds and after a tenth of that as warm-up.
    static func microseconds(_ work: () throws -> Void) rethrows -> Double {
        _ = try repetitions(of: work, for: patience / 10)
        let (count, elapsed) = try repetitions(of: work, for: patience)
        return elapsed / .microseconds(1) / Double(count)
    }

    private static func repetitions(
        of work: () throws -> Void, for patience: Duration
    ) rethrows -> (count: Int, elapsed: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        var count = 0
        var elapsed = Duration.zero
        while elapsed < patience {
            try work()
            count += 1
            elapsed = clock.now - start
        }
        return (count, elapsed)
    }
}
