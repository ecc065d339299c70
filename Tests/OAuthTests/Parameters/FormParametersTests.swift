import OAuth
import Testing

@Suite("RFC 6749 §3.1: request parameters")
struct FormParametersTests {
    @Test(
        "A parameter is found by its decoded name",
        arguments: [
            ("scope=openid+email", "scope", "openid email"),
            ("sc%6Fpe=x", "scope", "x"),
            ("a+b=c", "a b", "c"),
            ("&&scope=x&&", "scope", "x"),
            ("x=1&scope=a=b=c&y=2", "scope", "a=b=c"),
            ("state=%26scope%3Dadmin", "state", "&scope=admin"),
            ("state[0]=x", "state[0]", "x"),
            ("state;scope=x", "state;scope", "x"),
        ])
    func reads(form: String, name: String, value: String) throws {
        #expect(try FormParameters(decoding: form.utf8).value(name) == value)
    }

    @Test(
        "A missing, bare or empty parameter is the same as none",
        arguments: ["", "&", "&&&", "scope", "scope=", "state=x", "=scope", "SCOPE=x", "Scope=x", "scope2=x"])
    func missing(form: String) throws {
        #expect(try FormParameters(decoding: form.utf8).value("scope") == nil)
    }

    @Test(
        "A form with a broken name or value is refused whole, also where nobody asks for the parameter",
        arguments: [
            "scope=%", "scope=%GG", "%=x", "a%00=x", "a=%00", "x=1&y=%C0%AF", "%ED%A0%80", "x=caf%E9&scope=openid",
        ])
    func malformed(form: String) {
        #expect(throws: FormParameters.Malformed.encoding) { try FormParameters(decoding: form.utf8) }
    }

    @Test(
        "A repeated parameter is refused, equal or not, empty or not, however its name is spelled",
        arguments: [
            "scope=a&scope=b", "scope=a&scope=a", "scope=&scope=", "scope&scope=a", "scope=a&sc%6fpe=b",
            "scope=a&x=1&scope", "a=1&b=2&c=3&scope=x&d=4&scope=y",
        ])
    func repeated(form: String) throws {
        let parameters = try FormParameters(decoding: form.utf8)
        #expect(parameters.hasRepetition)
        #expect(throws: FormParameters.Unusable.repeated) { try parameters.value("scope") }
    }

    @Test("Different parameters are no repetition")
    func distinct() throws {
        #expect(try !FormParameters(decoding: "a=1&b=1&A=1".utf8).hasRepetition)
    }

    @Test(
        "Sixty-four parameters are read and sixty-five refused, distinct or repeated",
        arguments: ["p%d=1", "p=%d", "p%d"])
    func count(pattern: String) throws {
        func form(_ count: Int) -> String {
            (0..<count).map { index in
                pattern.split(separator: "%d", omittingEmptySubsequences: false).joined(separator: "\(index)")
            }
            .joined(separator: "&")
        }
        #expect(throws: Never.self) { try FormParameters(decoding: form(64).utf8) }
        #expect(throws: FormParameters.Malformed.tooManyParameters) { try FormParameters(decoding: form(65).utf8) }
    }

    @Test("Empty pieces do not count as parameters")
    func emptyPieces() throws {
        let form = String(repeating: "&", count: 10_000) + "a=1"
        #expect(try FormParameters(decoding: form.utf8).value("a") == "1")
    }

    @Test("A value may be as long as its limit in decoded bytes, and no longer")
    func limit() throws {
        func value(_ length: Int, _ unit: String, limit: Int) throws -> String? {
            try FormParameters(decoding: "a=\(String(repeating: unit, count: length))".utf8).value("a", limit: limit)
        }
        #expect(try value(2048, "x", limit: FormParameters.maximumLength)?.utf8.count == 2048)
        #expect(throws: FormParameters.Unusable.tooLong) {
            try value(2049, "x", limit: FormParameters.maximumLength)
        }
        #expect(try value(10, "%C3%A9", limit: 20)?.count == 10)
        #expect(throws: FormParameters.Unusable.tooLong) { try value(10, "%C3%A9", limit: 19) }
        #expect(try value(10, "%41", limit: 10) == "AAAAAAAAAA")
    }

    @Test("Parameters do not show their values when printed")
    func redacted() throws {
        let parameters = try FormParameters(decoding: "client_secret=hunter2&code=c0de".utf8)
        var dumped = ""
        dump(parameters, to: &dumped)
        for text in ["\(parameters)", String(reflecting: parameters), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("c0de"))
        }
    }
}
