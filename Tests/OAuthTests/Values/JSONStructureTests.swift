import OAuth
import Testing

@Suite("RFC 7519 §4, RFC 7515 §4: names in an object are unique") struct JSONStructureTests {
    private func read(_ json: String) throws -> JSONValue {
        try UntrustedJSON.decode(JSONValue.self, from: Array(json.utf8))
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"":1,"":2}"#, #"{"a":1,"\u0061":2}"#,
        #"{"\u0061":1,"\u0061":2}"#,
        #"{"x":{"a":1,"a":2}}"#, #"[{"a":1,"a":2}]"#, #"{"a":{"b":1},"a":2}"#, #"{"a":[{"a":1}],"a":2}"#,
        #"{"a\"":1,"a\"":2}"#, #"{"é":1,"\u00e9":2}"#, #"{ "a" : 1 , "a" : 2 }"#, #"{"\/":1,"/":2}"#,
        #"{"\u00e9":1,"e\u0301":2}"#, #"{"K":1,"\u212a":2}"#, #"{"a":"}","a":2}"#, #"{"a":",","a":"{"}"#,
        #"{"😀":1,"\ud83d\ude00":2}"#,
    ])
    func `Two members of one name are refused, however it is spelt`(json: String) {
        #expect(throws: UntrustedJSON.Flaw.repeatedMember) { try read(json) }
    }

    @Test(arguments: [
        #"{"a":"a","b":"a"}"#, #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":1}]"#, #"{"a":["a","a"],"b":1}"#,
        #"{"a":1,"A":2}"#, #"{"a":"x\",\"a\":\"y"}"#, #"{"\\":1,"\\\\":2}"#, #"{"a":{},"b":[],"c":{"a":1,"b":2}}"#,
    ])
    func `One name in different objects, and one text in different places, is nothing odd`(json: String) throws {
        #expect(throws: Never.self) { try read(json) }
    }

    @Test(arguments: ["[],", "{},", "1,", #""a","#, "[[[[]]]],"])
    func `A document of very many values is refused before it is read`(unit: String) throws {
        let json = "[" + String(repeating: unit, count: 100_000) + "1]"
        #expect(throws: UntrustedJSON.Flaw.tooManyValues) { try read(json) }
        let few = "[" + String(repeating: unit, count: 1000) + "1]"
        #expect(throws: Never.self) { try read(few) }
    }

    @Test func `A reader may expect more`() throws {
        let json = Array(("[" + String(repeating: "1,", count: 30_000) + "1]").utf8)
        #expect(try UntrustedJSON.decode([Int].self, from: json, values: .max).count == 30_001)
    }
}
