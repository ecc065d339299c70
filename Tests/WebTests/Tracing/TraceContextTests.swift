import Testing
import Web

@Suite("W3C Trace Context: where in a trace a request stands")
struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    @Test(
        "A good traceparent is read, and passed on in the version spoken here",
        arguments: [
            ("00-\(trace)-\(span)-01", "01"), ("00-\(trace)-\(span)-00", "00"), ("00-\(trace)-\(span)-03", "03"),
            // Bits that nobody here knows are not passed on.
            ("00-\(trace)-\(span)-ff", "03"), ("00-\(trace)-\(span)-08", "00"),
            // A later version, and what it may have behind.
            ("cc-\(trace)-\(span)-01", "01"), ("cc-\(trace)-\(span)-01-what-comes-later", "01"),
        ])
    func good(_ text: String, flags: String) throws {
        let context = try #require(TraceContext(parent: text))
        #expect(context.traceID == Self.trace)
        #expect(context.spanID == Self.span)
        #expect(context.parent == "00-\(Self.trace)-\(Self.span)-\(flags)")
    }

    @Test(
        "A malformed one counts as absent",
        arguments: [
            "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-0x",
            "ff-\(trace)-\(span)-01", "0-\(trace)-\(span)-01", "00-\(trace)-\(span)-01-more", "00-\(trace)-\(span)-011",
            "cc-\(trace)-\(span)-01.more", "cc-\(trace)-\(span)-011", "0G-\(trace)-\(span)-01",
            "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span.uppercased())-01", "00-\(trace)-\(span)-0A",
            "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
            "00_\(trace)-\(span)-01", "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01", " 00-\(trace)-\(span)-01",
            "00-\(trace)-\(span)-01 ", "00-\(trace)-\(span)-01,00-\(trace)-\(span)-01",
            "00-\(trace.dropLast())-\(span)-01",
            "00-\(trace.dropLast())g-\(span)-01", "00-\(trace)-\(span.dropLast())\u{661}-01",
        ])
    func malformed(_ text: String) {
        #expect(TraceContext(parent: text) == nil)
    }

    @Test("A span below another one is of the same trace and has a name of its own, never zero")
    func children() throws {
        let parent = try #require(TraceContext(parent: "00-\(Self.trace)-\(Self.span)-01"))
        #expect(parent.child([1, 2, 3, 4, 5, 6, 7, 0xFF, 9]).parent == "00-\(Self.trace)-01020304050607ff-01")
        let zero = parent.child([UInt8](repeating: 0, count: 16))
        #expect(TraceContext(parent: zero.parent) == zero)
    }

    @Test(
        "A good tracestate is passed on as it came, without what is empty",
        arguments: [
            ("rojo=00f067aa0ba902b7", "rojo=00f067aa0ba902b7"), ("a=1,b=2", "a=1,b=2"),
            (" a=1 ,\t,b= 2 x", "a=1,b= 2 x"),
            ("fw529a3039@dt=FfAA-_/*;:x", "fw529a3039@dt=FfAA-_/*;:x"), ("0a-_*/=1", "0a-_*/=1"),
        ])
    func states(_ text: String, passedOn: String) {
        #expect(TraceState(text)?.text == passedOn)
    }

    @Test(
        "A malformed one is dropped",
        arguments: [
            "", ",", "a", "a=", "=1", "A=1", "a=1,a=2", "a=1=2", "a=\u{7F}", "a=ž", "a b=1", "_a=1", "@a=1", "a=1,b",
            String(repeating: "a", count: 257) + "=1", "a=" + String(repeating: "1", count: 257),
            (0..<33).map { "k\($0)=1" }.joined(separator: ","),
        ])
    func malformedStates(_ text: String) {
        #expect(TraceState(text) == nil)
    }

    @Test("What is too long loses its long members first, then its oldest")
    func longStates() {
        let long = "long=" + String(repeating: "x", count: 200)
        let short = (0..<30).map { "k\($0)=\(String(repeating: "y", count: 12))" }
        let text = TraceState(([short[0], long] + short.dropFirst()).joined(separator: ","))?.text
        #expect(text == short.prefix(text?.split(separator: ",").count ?? 0).joined(separator: ","))
        #expect((text?.utf8.count ?? 0) > 450)
        #expect((text?.utf8.count ?? 999) <= 512)
    }
}
