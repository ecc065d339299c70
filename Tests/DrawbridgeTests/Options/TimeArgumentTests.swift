import Foundation
import Testing

@testable import drawbridge

@Suite("Times on the command line")
struct TimeArgumentTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test(
        "A moment, a day, or how long ago",
        arguments: [
            ("30s", 1_799_999_970), ("30m", 1_799_998_200), ("2h", 1_799_992_800), ("7d", 1_799_395_200),
            ("2027-01-15T08:00:00Z", 1_800_000_000), ("2027-01-15T09:00:00+01:00", 1_800_000_000),
            ("2027-01-15", 1_799_971_200),
        ] as [(String, Double)])
    func times(_ text: String, seconds: Double) {
        #expect(TimeArgument(argument: text)?.date(before: now).timeIntervalSince1970 == seconds)
    }

    @Test("Anything else is refused", arguments: ["", "h", "-1h", "2x", "1.5h", "yesterday", "2027-13-01T00:00:00Z"])
    func refused(_ text: String) {
        #expect(TimeArgument(argument: text) == nil)
    }
}
