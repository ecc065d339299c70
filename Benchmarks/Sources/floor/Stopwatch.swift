/// Times a piece of work by repeating it.
enum Stopwatch {
    private static let patience = Duration.seconds(2)

    /// The median microseconds of `work`, over two seconds and after a tenth of that as warm-up.
    ///
    /// The median, because a neighbour's write can make one commit wait a hundred times as long.
    static func microseconds(_ work: () throws -> Void) rethrows -> Double {
        _ = try repetitions(of: work, for: patience / 10)
        let times = try repetitions(of: work, for: patience).sorted()
        return times[times.count / 2] / .microseconds(1)
    }

    private static func repetitions(of work: () throws -> Void, for patience: Duration) rethrows -> [Duration] {
        let clock = ContinuousClock()
        let start = clock.now
        var times: [Duration] = []
        var last = start
        while last - start < patience {
            try work()
            let now = clock.now
            times.append(now - last)
            last = now
        }
        return times
    }
}
