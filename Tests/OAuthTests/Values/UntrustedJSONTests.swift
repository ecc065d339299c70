import Foundation
import OAuth
import Testing

@Suite("RFC 8259 §9: limits on JSON from outside")
struct UntrustedJSONTests {
    @Test("Nesting of 64 is read", arguments: [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")])
    func depth(opening: String, closing: String) throws {
        let levels = opening.count { "[{".contains($0) }
        let json = String(repeating: opening, count: 64 / levels) + "1" + String(repeating: closing, count: 64 / levels)
        let value = try UntrustedJSON.decode(JSONValue.self, from: Array(json.utf8))
        #expect(try JSON.text(of: value) == json)
    }

    /// 513 opening brackets, the last of them the last byte, end the process in Foundation itself.
    @Test("Deeper nesting is refused, closed or not", arguments: ["[", #"{"a":"#, #"[{"":"#, " [ ", "[1,", #"["\"","#])
    func tooDeep(opening: String) {
        for levels in [65, 512, 513, 514, 10_000, 300_000] {
            let json = String(repeating: opening, count: levels)
            for tail in ["", "[", "1", "]", String(repeating: "]", count: levels)] {
                #expect(throws: UntrustedJSON.Flaw.tooDeep) {
                    try UntrustedJSON.decode(JSONValue.self, from: Array((json + tail).utf8))
                }
            }
        }
    }

    @Test(
        "Brackets in a text are no nesting",
        arguments: [
            String(repeating: "[", count: 1000), String(repeating: "{", count: 1000) + "\"[\\\"",
            "\\" + String(repeating: "[", count: 100), "\"" + String(repeating: "[", count: 100),
            String(repeating: "\\\"[", count: 100),
        ])
    func text(value: String) throws {
        let bytes = Array(try JSON.text(of: JSONValue.array([.string(value), 1])).utf8)
        #expect(try UntrustedJSON.decode(JSONValue.self, from: bytes) == .array([.string(value), 1]))
    }

    @Test("Brackets after the text that hides none of them still count")
    func escapes() {
        for text in [#""\\""#, #""\"""#, #""\\\"""#, #""[""#, #""\u005b""#] {
            let json = "[\(text)," + String(repeating: "[", count: 512)
            #expect(throws: UntrustedJSON.Flaw.tooDeep) {
                try UntrustedJSON.decode(JSONValue.self, from: Array(json.utf8))
            }
        }
    }

    @Test(
        "UTF-16, UTF-32 and raw NULs are refused, with or without a byte order mark",
        arguments: [.utf16LittleEndian, .utf16BigEndian, .utf16, .utf32LittleEndian, .utf32BigEndian, .utf32]
            as [String.Encoding])
    func encoding(encoding: String.Encoding) throws {
        for json in ["[]", #"{"a":"∀"}"#, String(repeating: "[", count: 513)] {
            let data = try #require(json.data(using: encoding))
            #expect(throws: UntrustedJSON.Flaw.encoding) { try UntrustedJSON.decode(JSONValue.self, from: data) }
        }
    }

    @Test(
        "Text that is not UTF-8 is refused",
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC3]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: (any Error).self) { try UntrustedJSON.decode(JSONValue.self, from: bytes) }
    }

    /// Every document near a real one, so that a trap in the reader is found here and not by a stranger.
    @Test("No prefix and no changed byte of a document crashes the reader")
    func mutations() throws {
        let json = Array(#"{"a":[1,-2.5e3,true,null,"\u00e9\ud83c\udf09\n"],"b":{"":{}},"c":"é"}"#.utf8)
        var refused = 0
        func read(_ bytes: [UInt8]) {
            do { _ = try UntrustedJSON.decode(JSONValue.self, from: bytes) } catch { refused += 1 }
        }
        for length in json.indices { read(Array(json[..<length])) }
        #expect(refused == json.count)
        for index in json.indices {
            for byte in Array(#"[]{}",:\u0e-.t"#.utf8) + [0x00, 0x0A, 0x80, 0xC3, 0xFF] {
                var changed = json
                changed[index] = byte
                read(changed)
                changed = json
                changed.insert(byte, at: index)
                read(changed)
            }
        }
        #expect(refused > json.count)
    }
}
