import ArgumentParser

/// A length of time as an argument: a number and `s`, `m`, `h` or `d`.
struct DurationArgument: ExpressibleByArgument {
    let seconds: Int

    /// Beyond a century nobody means what they say, and arithmetic stays within its bounds.
    private static let longest = 100 * 366 * 86_400

    static let week = DurationArgument(seconds: 7 * 86_400)

    private init(seconds: Int) {
        self.seconds = seconds
    }

    init?(argument: String) {
        guard let time = TimeArgument(argument: argument), case .ago(let seconds) = time,
            (1...Double(Self.longest)).contains(seconds)
        else { return nil }
        self.seconds = Int(seconds)
    }

    var defaultValueDescription: String {
        seconds.isMultiple(of: 86_400) ? "\(seconds / 86_400)d" : "\(seconds)s"
    }
}
