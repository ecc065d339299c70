import Foundation
import Logging
import OAuth
import Testing

@testable import drawbridge

@Suite("Logs: one record is one line")
struct LogRecordTests {
    private static let hostile = [
        "a\nb", "a\r\nb", "a\u{2028}b", "a\u{2029}b", "a\u{85}b", "a\u{0}b", "\u{1B}[2Kgone", "quote \" and \\ back",
        "x ray_id=0000000000000000", "\" ray_id=\"forged", "\u{202E}txet", "Kováčová 🌉", "",
    ]

    private func record(_ message: String, _ metadata: Logger.Metadata = [:]) -> LogRecord {
        LogRecord(
            time: Date(timeIntervalSince1970: 1_800_000_000.5), level: .warning, message: message, metadata: metadata)
    }

    @Test("In text, nothing ends a line but the record itself", arguments: hostile)
    func textStaysOnItsLine(_ text: String) {
        let line = record(text, ["key": "\(text)", "\(text)": "value"]).textLine
        #expect(line.hasSuffix("\n"))
        let ends = line.unicodeScalars.dropLast().filter { scalar in
            ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{1B}", "\u{0}", "\u{202E}"].contains(scalar)
        }
        #expect(ends.isEmpty)
    }

    @Test("In text, a value cannot pass for another key", arguments: hostile)
    func valuesStayValues(_ text: String) {
        let line = record("Message", ["ray_id": "real", "zone": "\(text)"]).textLine
        let unescaped = line.replacing("\\\\", with: "").replacing("\\\"", with: "")
        let outside = unescaped.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
        #expect(outside.components(separatedBy: "ray_id=").count == 2)
    }

    @Test("In JSON, every line is an object that gives back what was logged", arguments: hostile)
    func jsonReadsBack(_ text: String) throws {
        let metadata: Logger.Metadata = [
            "ray_id": "0163", "key": "\(text)", "list": ["\(text)", ["inner": "\(text)"]],
        ]
        let line = record(text, metadata).jsonLine
        #expect(line.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
        let object = try JSONDecoder().decode([String: JSONValue].self, from: Data(line.utf8))
        #expect(object["time"] == "2027-01-15T08:00:00.500Z")
        #expect(object["level"] == "warning")
        #expect(object["message"] == .string(text))
        #expect(object["ray_id"] == "0163")
        #expect(
            object["metadata"]
                == .object([
                    "key": .string(text), "list": .array([.string(text), .object(["inner": .string(text)])]),
                ]))
    }

    @Test("In text, the Ray ID comes first and the rest by name")
    func textIsOrdered() {
        let line = record("Request", ["b": "two words", "a": "1", "ray_id": "0163"]).textLine
        #expect(line == "2027-01-15T08:00:00.500Z WARNING  Request ray_id=0163 a=1 b=\"two words\"\n")
    }

    @Test(
        "A time is written in UTC, to the millisecond",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (0.0625, "1970-01-01T00:00:00.062Z"),
            (951_782_399.999_5, "2000-02-28T23:59:59.999Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_251_200.25, "2024-03-01T00:00:00.250Z"), (1_798_761_599.984_375, "2026-12-31T23:59:59.984Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"), (253_402_300_799, "9999-12-31T23:59:59.000Z"),
        ])
    func timeIsUTC(_ seconds: Double, _ text: String) {
        let time = Date(timeIntervalSince1970: seconds)
        #expect(LogText.time(time) == text)
        #expect(LogText.time(time) == time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}
