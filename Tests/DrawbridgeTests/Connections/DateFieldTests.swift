import BrokerTesting
import Foundation
import Testing

@testable import drawbridge

@Suite("RFC 9110 §5.6.7: the Date header field")
struct DateFieldTests {
    @Test(
        "Is an IMF-fixdate",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_799.999, "Wed, 28 Feb 2024 23:59:59 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
            (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ])
    func fixedDate(_ seconds: Double, _ text: String) {
        #expect(DateField(StoppedClock(at: Date(timeIntervalSince1970: seconds))).value == text)
    }

    @Test("Tells the time at which it is asked")
    func follows() {
        let clock = StoppedClock(at: Date(timeIntervalSince1970: 0.5))
        let field = DateField(clock)
        #expect(field.value == "Thu, 01 Jan 1970 00:00:00 GMT")
        clock.advance(by: 60.5)
        #expect(field.value == "Thu, 01 Jan 1970 00:01:01 GMT")
    }
}
