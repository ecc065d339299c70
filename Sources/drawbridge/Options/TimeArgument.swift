import ArgumentParser
import Foundation

/// A time as an argument: a moment (RFC 3339), a day, or how long ago.
enum TimeArgument: ExpressibleByArgument {
    case moment(Date)
    /// Seconds.
    case ago(Double)

    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]

    init?(argument: String) {
        if let unit = argument.last, let seconds = Self.units[unit], let count = Int(argument.dropLast()), count >= 0 {
            self = .ago(Double(count) * seconds)
        } else if let date = Self.date(argument) {
            self = .moment(date)
        } else {
            return nil
        }
    }

    private static func date(_ text: String) -> Date? {
        let styles: [Date.ISO8601FormatStyle] = [
            Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true),
            Date.ISO8601FormatStyle().year().month().day(),
        ]
        return styles.lazy.compactMap { try? $0.parse(text) }.first
    }

    /// The moment that is meant, seen from `now`.
    func date(before now: Date) -> Date {
        switch self {
        case .moment(let date): date
        case .ago(let seconds): now.addingTimeInterval(-seconds)
        }
    }
}
