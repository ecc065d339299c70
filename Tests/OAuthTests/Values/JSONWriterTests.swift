import OAuth
import Testing

@Suite("RFC 8259: JSON that the broker writes and reads back")
struct JSONWriterTests {
    /// One member of any kind, as it is written and as it is read.
    private struct Holder: JSONWritable, JSONReadable {
        let value: JSONValue

        init(_ value: JSONValue) {
            self.value = value
        }

        init(reading members: JSONMembers) throws(JSONFlaw) {
            guard let value = members.values["v"] else { throw .unexpected }
            self.value = value
        }

        func write(to json: inout JSONWriter) { json.add("v", value) }
    }

    private static let writings: [(value: JSONValue, json: String)] = [
        (.null, "null"), (true, "true"), (false, "false"),
        (0, "0"), (-7, "-7"), (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"),
        (.number(1.5), "1.5"), (.number(-0.1), "-0.1"), (.number(1e300), "1e+300"), (.number(1e-300), "1e-300"),
        ("", #""""#), ("a/b", #""a/b""#), (#"a"b\c"#, #""a\"b\\c""#), ("\"", #""\"""#), ("\\", #""\\""#),
        ("\u{0}", #""\u0000""#), ("\u{1}", #""\u0001""#),
        ("\u{8}\t\n\u{B}\u{C}\r", #""\u0008\u0009\u000a\u000b\u000c\u000d""#),
        ("\u{F}\u{10}\u{1F}", #""\u000f\u0010\u001f""#), ("\r\n", #""\u000d\u000a""#),
        (" \u{7F}\u{80}\u{2028}\u{FEFF}", "\" \u{7F}\u{80}\u{2028}\u{FEFF}\""), ("ž🌉\u{10FFFF}", "\"ž🌉\u{10FFFF}\""),
        ("e\u{301}\"", "\"e\u{301}\\\"\""), ("\"\u{301}", "\"\\\"\u{301}\""), ("{", #""{""#),
        (.array([]), "[]"), (.object([:]), "{}"), (.array(["a", .array([]), .object([:]), 1]), #"["a",[],{},1]"#),
        (.object(["b": 1, "a": .object(["{": "}"]), "": .null]), #"{"":null,"a":{"{":"}"},"b":1}"#),
        (.object(["\"\n": true]), #"{"\"\u000a":true}"#),
    ]

    @Test("A value is written in one way, which every reader understands", arguments: writings)
    func writes(value: JSONValue, json: String) throws {
        let written = JSON.written(Holder(value))
        #expect(written.utf8.elementsEqual(#"{"v":\#(json)}"#.utf8))
        #expect(try JSON.decode([String: JSONValue].self, written) == ["v": value])
        #expect(try JSON.reread(Holder.self, written).value == value)
    }

    @Test("Every character comes out as it went in, beside any other")
    func everyCharacter() throws {
        let interesting = Array(0...0x2FF) + [0x2028, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x1F309, 0x10FFFF]
        for scalar in interesting.compactMap({ Unicode.Scalar(UInt32($0)) }) {
            let text = JSONValue.string("a\(scalar)\"\(scalar)")
            let written = JSON.written(Holder(text))
            #expect(written.utf8.allSatisfy { $0 >= 0x20 })
            #expect(try JSON.decode([String: JSONValue].self, written) == ["v": text])
            #expect(try JSON.reread(Holder.self, written).value == text)
        }
    }

    @Test("What JSON has no number for is null", arguments: [Double.nan, .infinity, -.infinity])
    func noNumber(value: Double) {
        #expect(JSON.written(Holder(.number(value))) == #"{"v":null}"#)
    }

    private struct Everything: JSONWritable {
        let part: Holder?

        func write(to json: inout JSONWriter) {
            json.add("text", "t")
            json.add("no text", String?.none)
            json.add("number", -1)
            json.add("no number", Int?.none)
            json.add("texts", ["a\"", ""])
            json.add("none", [String]())
            json.add("part", part)
            json.add("end", 2)
        }
    }

    @Test("What there is not is left out, and commas stand only between members")
    func absent() {
        #expect(
            JSON.written(Everything(part: nil))
                == #"{"text":"t","number":-1,"texts":["a\"",""],"none":[],"end":2}"#)
        #expect(
            JSON.written(Everything(part: Holder("x")))
                == #"{"text":"t","number":-1,"texts":["a\"",""],"none":[],"part":{"v":"x"},"end":2}"#)
    }
}
