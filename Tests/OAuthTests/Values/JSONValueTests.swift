import OAuth
import Testing

@Suite("RFC 8259: JSON values of unknown shape")
struct JSONValueTests {
    private static let readings: [(json: String, value: JSONValue)] = [
        ("null", .null), ("true", .bool(true)), ("false", .bool(false)),
        ("0", .integer(0)), ("-7", .integer(-7)), ("1754500000", .integer(1_754_500_000)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9007199254740993", .integer(9_007_199_254_740_993)),
        ("1.5", .number(1.5)),
        (#""""#, .string("")), (#""1""#, .string("1")), (#""true""#, .string("true")), (#""null""#, .string("null")),
        (#""\u0000""#, .string("\u{0}")), (#""\ud83c\udf09""#, .string("🌉")),
        ("[]", .array([])), ("{}", .object([:])), (#"{"":1}"#, .object(["": 1])),
        (#"[1,"a",null,[true],{"b":2}]"#, .array([1, "a", .null, .array([true]), .object(["b": 2])])),
    ]

    @Test("A value is read as what it is", arguments: readings)
    func reads(json: String, value: JSONValue) throws {
        #expect(try JSON.decode(JSONValue.self, json) == value)
    }

    @Test(
        "What is not JSON, or no number a computer holds, is refused",
        arguments: [
            "", " ", "NaN", "Infinity", "01", "+1", "0x1", "1e999", "-1e999", "[1e999]", #"{"a":{"b":1e999}}"#, "[",
            "]", "[1]x", "{a:1}", #"{"a"}"#, "'a'", #""\ud83c""#, "\"\n\"", #""a"#,
        ])
    func refuses(json: String) {
        #expect(throws: (any Error).self) { try JSON.decode(JSONValue.self, json) }
    }

    @Test("A value comes out as it went in")
    func roundTrip() throws {
        let value = JSONValue.object([
            "sub": "ü\u{0}\"\\\u{2028}🌉", "n": 9_007_199_254_740_993, "f": .number(0.1), "t": true, "z": .null,
            "a": .array([.array([]), .object([:]), .integer(.min)]),
        ])
        #expect(try JSON.roundTrip(value) == value)
    }

    @Test("An integer beyond 64 bits is read as a number, not refused and not wrapped")
    func bigIntegers() throws {
        #expect(try JSON.decode(JSONValue.self, "18446744073709551615") == .number(0x1p64))
        #expect(try JSON.decode(JSONValue.self, "-9223372036854775809") == .number(-0x1p63))
    }

    @Test(
        "A name that occurs twice, in whatever spelling, is refused",
        arguments: [#"{"a":1,"a":2}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"K":1,"\u212a":2}"#])
    func duplicateNames(json: String) {
        #expect(throws: UntrustedJSON.Flaw.repeatedMember) { try JSON.decode(JSONValue.self, json) }
    }

    @Test(
        "A truth value may be written as a string, as some providers do",
        arguments: [
            (true, true), (false, false), ("true", true), ("false", false), ("TRUE", nil), ("1", nil), ("", nil),
            (1, nil), (.null, nil), (.array([true]), nil), (.object([:]), nil),
        ] as [(JSONValue, Bool?)])
    func lenientBool(value: JSONValue, expected: Bool?) {
        #expect(value.lenientBool == expected)
    }

    @Test(
        "Only a number is a NumericDate (RFC 7519 §2)",
        arguments: [
            (1_754_500_000, 1_754_500_000), (.number(1.5), 1.5), ("1754500000", nil), (.null, nil), (true, nil),
        ] as [(JSONValue, Double?)])
    func seconds(value: JSONValue, expected: Double?) {
        #expect(value.seconds == expected)
    }

    @Test("Each accessor answers for its own kind alone")
    func accessors() {
        let values: [JSONValue] = [.null, true, 1, .number(1.5), "a", .array(["a"]), .object(["a": 1])]
        #expect(values.compactMap(\.string) == ["a"])
        #expect(values.compactMap(\.array) == [["a"]])
        #expect(values.compactMap(\.object) == [["a": 1]])
    }
}
