import Testing

@Suite("House rules")
struct HouseRuleTests {
    @Test("No file holds a forbidden word", arguments: HouseRule.all)
    func words(rule: HouseRule) throws {
        let violations = try SourceTree.files().flatMap(rule.violations)
        #expect(violations == [], "\(rule.reason)")
    }

    @Test("Every exception names something that is there")
    func exceptions() throws {
        let files = try SourceTree.files()
        for path in HouseRule.all.flatMap(\.exceptions) {
            #expect(files.contains { $0.isIn(path) }, "\(path)")
        }
    }

    @Test("No file is longer than 400 lines")
    func length() throws {
        let long = try SourceTree.files().filter { $0.lineCount > 400 }
        #expect(long.map { "\($0.path): \($0.lineCount) lines" } == [])
    }

    @Test(
        "A word is found where it stands by itself",
        arguments: [
            ("Task { }", "Task {", true), ("group.addTask { }", "Task {", false), ("let a: Any = 1", "Any", true),
            ("[String: Any]", "Any", true), ("any AnyObject", "Any", false), ("Company", "Any", false),
            ("public let a", "public", true), ("isPublic", "public", false), ("publicKey", "public", false),
            ("clock.now", "= .now", false), ("let a: Date = .now", "= .now", true), ("f(.now)", "(.now", true),
            ("(.nowhere)", "(.now", false), ("Int.random(in: a)", ".random(", true), ("try! f()", "try!", true),
            ("x as! Y", "as!", true), ("has!", "as!", false), ("reprint(x)", "print(", false),
        ])
    func holds(line: String, word: String, found: Bool) {
        #expect(HouseRule.holds(line, word) == found)
    }

    @Test(
        "Comments and strings are no code",
        arguments: [
            ("a // b", "a     "),
            ("a /* b */ c", "a         c"),
            ("/* a /* b */ c */ d", "                  d"),
            (#"f("b", c)"#, "f(   , c)"),
            (#"f("\"b", c)"#, "f(     , c)"),
            (#"f("", c)"#, #"f("", c)"#),
            (##"f(#"b"c"#, d)"##, "f(       , d)"),
            ("\"\"\"\nb \"x\" \n\"\"\" + c", "   \n      \n    + c"),
            ("\"// b\" + c", "       + c"),
            ("// \"\nc", "    \nc"),
            ("#if a", "#if a"),
            (##"f(#""#, b)"##, ##"f(#""#, b)"##),
        ])
    func stripped(text: String, code: String) {
        #expect(CodeText.stripped(text) == code)
    }
}
