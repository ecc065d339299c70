import Broker
import Synchronization

/// The value of the `Date` header field (RFC 9110 §6.6.1), written anew once a second.
final class DateField: Sendable {
    private let clock: any WallClock
    private let written = Mutex<(second: Int, text: String)>((second: .min, text: ""))

    init(_ clock: any WallClock) {
        self.clock = clock
    }

    var value: String {
        let second = clock.now.numericDate
        return written.withLock { written in
            if written.second != second { written = (second, Self.text(second)) }
            return written.text
        }
    }

    /// A second since 1970 as an IMF-fixdate (RFC 9110 §5.6.7).
    private static func text(_ second: Int) -> String {
        let (day, time) = max(0, second).quotientAndRemainder(dividingBy: 86_400)
        let date = CalendarDate(day: day)
        let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][date.month - 1]
        let clock = [time / 3600, time / 60 % 60, time % 60].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(date.day)) \(month) \(date.year) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
