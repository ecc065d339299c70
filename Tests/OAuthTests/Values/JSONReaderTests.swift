import OAuth
import Testing

@Suite("RFC 8259: reading JSON of our own")
struct JSONReaderTests {
    private static let readings: [(json: String, value: JSONValue)] = [
        ("null", .null), (" true ", true), ("\t\r\nfalse\n", false),
        ("0", 0), ("-0", 0), ("-7", -7), ("10", 10), ("9223372036854775807", .integer(.max)),
        ("18446744073709551615", .number(0x1p64)), ("9007199254740993", 9_007_199_254_740_993),
        ("1.5", .number(1.5)), ("-1.5e-3", .number(-0.0015)), ("1.0", 1), ("1e2", 100), ("1E+2", 100),
        (#""""#, ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""a\u0041\u00e9b""#, "aAéb"),
        (#""\u0000""#, "\u{0}"), (#""\uD83C\uDF09!""#, "🌉!"), (#""\ud83c\udf09\u0021""#, "🌉!"), ("\"ž🌉\"", "ž🌉"),
        ("[]", .array([])), ("[ ]", .array([])), ("{ }", .object([:])), (#"{"":1}"#, .object(["": 1])),
        (#"[1,"a",null,[true],{"b":2}]"#, .array([1, "a", .null, .array([true]), .object(["b": 2])])),
        (#" { "a" : [ 1 , 2 ] , "b" : { } } "#, .object(["a": .array([1, 2]), "b": .object([:])])),
    ]

    @Test("A value is read as what it is, and as Foundation reads it", arguments: readings)
    func reads(json: String, value: JSONValue) throws {
        #expect(try JSONReader.value(of: Array(json.utf8)) == value)
        #expect(try JSON.decode(JSONValue.self, json) == value)
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", " ", "NaN", "Infinity", "01", "-", "-a", "+1", ".5", "1.", "1.e2", "1e", "1e+", "0x1", "1e999", "1 2",
            "tru", "truE", "nul", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]x", "[1}", "{", "}", "{a:1}",
            #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1"#, #"{"a" 1}"#, #"{"a":1]"#, "{1:2}", "'a'", #""a"#, #"""#,
            #""\"#, #""\""#, #""\x""#, #""\u12""#, #""\u12g4""#, #""\u""#, #""\u+123""#, "\"\n\"", "\"\u{0}\"",
            "\"a\\n\u{1}\"", "\u{FEFF}1", #"{"a":1,"a":1}"#, "// 1", "1//",
        ])
    func refuses(json: String) {
        #expect(throws: JSONFlaw.malformed) { try JSONReader.value(of: Array(json.utf8)) }
    }

    @Test(
        "Half of a surrogate pair is refused",
        arguments: [#""\ud83c""#, #""\udf09""#, #""\ud83c\u0041""#, #""\ud83cx""#, #""\ud83c\ud83c""#, #""\ud83c\n""#])
    func halves(json: String) {
        #expect(throws: JSONFlaw.malformed) { try JSONReader.value(of: Array(json.utf8)) }
    }

    @Test(
        "Bytes that are not UTF-8 are refused",
        arguments: [[0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF]] as [[UInt8]])
    func encoding(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONFlaw.malformed) { try JSONReader.value(of: [quote] + bytes + [quote]) }
        #expect(throws: JSONFlaw.malformed) { try JSONReader.value(of: [quote] + Array(#"\n"#.utf8) + bytes + [quote]) }
        #expect(throws: JSONFlaw.malformed) { try JSONReader.value(of: bytes) }
    }

    @Test("Depth is bounded, so that no text can use up the stack")
    func depth() throws {
        func nested(_ count: Int) -> [UInt8] {
            Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8)
        }
        #expect(throws: Never.self) { try JSONReader.value(of: nested(UntrustedJSON.maximumDepth)) }
        #expect(throws: JSONFlaw.tooDeep) { try JSONReader.value(of: nested(UntrustedJSON.maximumDepth + 1)) }
        #expect(throws: JSONFlaw.tooDeep) {
            try JSONReader.value(of: Array(repeating: UInt8(ascii: "["), count: 100_000))
        }
        let wide = "[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]"
        #expect(try JSONReader.value(of: Array(wide.utf8)).array?.count == 1000)
    }

    private struct Members: JSONReadable {
        let text: String
        let absent: String?
        let number: Int?
        let list: [String]

        init(reading members: JSONMembers) throws(JSONFlaw) {
            text = try members.text("t")
            absent = try members.optionalText("x")
            number = try members.optionalInteger("n")
            list = try members.texts("l")
        }
    }

    @Test("A member is taken only as what it is; null and none are the same")
    func members() throws {
        let read = try JSON.reread(Members.self, #"{"t":"a","x":null,"n":3,"l":["b"],"other":{}}"#)
        #expect(read.text == "a" && read.absent == nil && read.number == 3 && read.list == ["b"])
    }

    @Test(
        "A member that is missing or of another kind is refused",
        arguments: [
            "[]", "{}", #"{"t":1,"l":[]}"#, #"{"t":null,"l":[]}"#, #"{"t":"","l":{}}"#, #"{"t":"","l":[1]}"#,
            #"{"t":"","l":[null]}"#, #"{"t":"","x":1,"l":[]}"#, #"{"t":"","n":"1","l":[]}"#,
            #"{"t":"","n":1.5,"l":[]}"#,
        ])
    func kinds(json: String) {
        #expect(throws: JSONFlaw.unexpected) { try JSON.reread(Members.self, json) }
    }
}
