import Broker
import OAuth
import Testing

@Suite("RFC 8414 §2: the issuer")
struct IssuerTests {
    @Test(
        "An origin, with the cookies its transport calls for",
        arguments: [
            ("https://broker.city.example", "https://broker.city.example", Issuer.Transport.https),
            ("https://broker.city.example/", "https://broker.city.example", .https),
            ("https://broker.city.example:443", "https://broker.city.example:443", .https),
            ("https://localhost:8443", "https://localhost:8443", .https),
            ("http://localhost:8080", "http://localhost:8080", .loopbackHTTP),
            ("http://127.0.0.1", "http://127.0.0.1", .loopbackHTTP),
            ("http://[::1]:1", "http://[::1]:1", .loopbackHTTP),
        ])
    func accepted(text: String, value: String, transport: Issuer.Transport) throws {
        let issuer = try Issuer(text)
        #expect(issuer.value == value)
        #expect(issuer.transport == transport)
    }

    @Test(
        "Nothing else is one",
        arguments: [
            ("", Issuer.Flaw.notAnOrigin), ("broker.city.example", .notAnOrigin),
            ("https://broker.city.example/path", .notAnOrigin), ("https://broker.city.example//", .notAnOrigin),
            ("https://broker.city.example?x", .notAnOrigin), ("https://broker.city.example#x", .notAnOrigin),
            ("https://Broker.city.example", .notAnOrigin), ("https://a@broker.city.example", .notAnOrigin),
            ("https://broker.city.example:0", .notAnOrigin), ("https://broker.city.example:x", .notAnOrigin),
            ("https://broker city.example", .notAnOrigin), ("http://broker.city.example", .insecure),
            ("http://localhost.evil.example", .insecure), ("http://10.0.0.1", .insecure),
        ])
    func refused(text: String, flaw: Issuer.Flaw) {
        #expect(throws: flaw) { try Issuer(text) }
    }

    @Test(
        "A login front end is a web address without query and fragment, known by its origin",
        arguments: [
            ("https://login.city.example", "https://login.city.example", "https://login.city.example"),
            ("https://login.city.example:443/app/", "https://login.city.example:443/app", "https://login.city.example"),
            ("http://localhost:3000", "http://localhost:3000", "http://localhost:3000"),
            ("login.city.example", nil, nil), ("https://login.city.example/?x", nil, nil),
            ("https://login.city.example/#x", nil, nil), ("javascript:alert(1)", nil, nil),
        ])
    func frontEnd(text: String, address: String?, origin: String?) {
        let frontEnd = LoginFrontEnd(text)
        #expect(frontEnd?.address == address)
        #expect(frontEnd?.origin.value == origin)
    }
}
