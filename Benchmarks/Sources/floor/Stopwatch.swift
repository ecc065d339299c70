/// Times a piece of work by repeating it.
enum Stopwatch {
    private static let patience = Duration.seconds(1)

    /// The microseconds within which the quickest tenth of the repetitions was done, over a second and after a tenth of
    /// that as warm-up.
    ///
    /// The quickest tenth, because whatever else runs on the machine can only add to what `work` costs, and a neighbour's
    /// turn on the processor or on the disk can make one commit take twenty times as long.
    static func microseconds(_ work: () throws -> Void) rethrows -> Double {
        _ = try repetitions(of: work, for: patience / 10)
        let times = try repetitions(of: work, for: patience).sorted()
        return times[times.count / 10] / .microseconds(1)
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
