import Foundation
import OAuth
import Testing

@Suite("RFC 6749 §2.3: client credentials")
struct ClientCredentialsTests {
    private static func basic(_ joined: String) -> String {
        "Basic " + Data(joined.utf8).base64EncodedString()
    }

    private static func read(
        _ authorization: String?, _ fields: [(name: String, value: String)] = []
    ) throws -> ClientCredentials {
        try ClientCredentials(authorization: authorization, parameters: .fixture(fields))
    }

    @Test(
        "Id and secret are form-decoded inside Basic (§2.3.1)",
        arguments: [
            ("s6BhdRkqt3:7Fjfp0ZBr1KtDRbnfVdmIw", "s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"),
            ("app:a:b:c", "app", "a:b:c"),
            ("app::", "app", ":"),
            ("app:a%3Ab", "app", "a:b"),
            ("app:a+b", "app", "a b"),
            ("app:a%2Bb", "app", "a+b"),
            ("app:%25", "app", "%"),
            ("app:%C3%A9", "app", "é"),
            ("app:é", "app", "é"),
            ("a%70p:x", "app", "x"),
            ("a.b-c_d~e:x", "a.b-c_d~e", "x"),
        ])
    func decodes(joined: String, id: String, secret: String) throws {
        #expect(try Self.read(Self.basic(joined)) == .basic(ClientID(rawValue: id), Secret(secret)))
    }

    @Test("The scheme's case does not matter (RFC 7235 §2.1)", arguments: ["Basic ", "basic ", "BASIC ", "Basic  "])
    func scheme(prefix: String) throws {
        let header = prefix + Data("app:x".utf8).base64EncodedString()
        #expect(try Self.read(header) == .basic(ClientID(rawValue: "app"), Secret("x")))
    }

    @Test(
        "A header that is not Basic with canonical base64 is invalid_client",
        arguments: [
            "", " ", "Basic", "Basic ", "Basic  ", "Basic =", "Basic ====", "Basic *", "Basic YXBwOng",
            "Basic YXBwOng==", "Basic YXBwOnh=", "Basic YXBwOng= ", "Basic YXBwOng=\t", "Basic YXBwOng= x",
            "Basic YXBw-_8=", "Basic YXBw\u{212A}ng=", "Bearer YXBwOng=", "Digest username=\"app\"", "BasicYXBwOng=",
            "Basic:YXBwOng=", "Basic,YXBwOng=", "YXBwOng=", "Basic YTr/", String(repeating: "Basic ", count: 10_000),
        ])
    func brokenHeader(header: String) {
        let error = #expect(throws: OAuthError.self) { try Self.read(header) }
        #expect(error?.code == .invalidClient)
    }

    @Test(
        "Basic credentials without a name or a secret, or with what neither can hold, are invalid_client",
        arguments: [
            "", ":", "app", "app:", ":secret", "a b:x", "a+b:x", "a%3Ab:x", "a%2Fb:x", "../app:x", "%2E%2E:x",
            "\u{430}pp:x", "app%00:x", "app:%00", "app:\u{0}", "app:%", "app:%GG", "app:%C0%AF", "app:%ED%A0%80",
            String(repeating: "a", count: 129) + ":x", "app:" + String(repeating: "x", count: 2000),
        ])
    func brokenContent(joined: String) {
        let error = #expect(throws: OAuthError.self) { try Self.read(Self.basic(joined)) }
        #expect(error?.code == .invalidClient)
    }

    @Test("A broken header is not forgiven because the form names a client", arguments: ["", "Basic !", "Bearer x"])
    func brokenWithForm(header: String) {
        let error = #expect(throws: OAuthError.self) { try Self.read(header, [("client_id", "app")]) }
        #expect(error?.code == .invalidClient)
    }

    @Test("In the form, a secret makes it client_secret_post and its absence none")
    func form() throws {
        let app = ClientID(rawValue: "app")
        #expect(
            try Self.read(nil, [("client_id", "app"), ("client_secret", "a+b:c%")]) == .post(app, Secret("a+b:c%")))
        #expect(try Self.read(nil, [("client_id", "app")]) == .none(app))
        #expect(try Self.read(nil, [("client_id", "app"), ("client_secret", "")]) == .none(app))
        #expect(try Self.read(nil, [("client_id", "app")]).clientID == app)
    }

    @Test("The form may repeat the header's client, as many libraries do")
    func sameIdentity() throws {
        let credentials = try Self.read(Self.basic("app:x"), [("client_id", "app")])
        #expect(credentials == .basic(ClientID(rawValue: "app"), Secret("x")))
    }

    private typealias Row = (authorization: String?, fields: [(name: String, value: String)], code: OAuthError.Code)

    private static let refused: [Row] = [
        (basic("app:x"), [("client_secret", "x")], .invalidRequest),
        (basic("app:x"), [("client_id", "app"), ("client_secret", "x")], .invalidRequest),
        (basic("app:x"), [("client_id", "other")], .invalidRequest),
        (basic("app:x"), [("client_id", "APP")], .invalidRequest),
        (basic("app:x"), [("client_id", "../app")], .invalidRequest),
        (basic("app:x"), [("client_id", "app"), ("client_id", "app")], .invalidRequest),
        (nil, [], .invalidClient),
        (nil, [("client_id", "")], .invalidClient),
        (nil, [("client_secret", "x")], .invalidClient),
        (nil, [("client_id", "a b"), ("client_secret", "x")], .invalidClient),
        (nil, [("client_id", "\u{430}pp"), ("client_secret", "x")], .invalidClient),
        (nil, [("client_id", "app"), ("client_id", "app"), ("client_secret", "x")], .invalidRequest),
        (nil, [("client_id", "app"), ("client_secret", "x"), ("client_secret", "x")], .invalidRequest),
        (nil, [("client_id", "app"), ("client_secret", "x"), ("client_secret", "")], .invalidRequest),
        (nil, [("client_id", String(repeating: "a", count: 129))], .invalidRequest),
        (nil, [("client_id", "app"), ("client_secret", String(repeating: "x", count: 513))], .invalidRequest),
    ]

    @Test("Two methods, two identities, no identity and repeated parameters are refused", arguments: refused)
    func refuses(authorization: String?, fields: [(name: String, value: String)], code: OAuthError.Code) {
        let error = #expect(throws: OAuthError.self) { try Self.read(authorization, fields) }
        #expect(error?.code == code)
    }

    @Test("Credentials do not show their secret when printed")
    func redacted() throws {
        let credentials = try Self.read(Self.basic("app:hunter2"))
        #expect(!"\(credentials)".contains("hunter2") && !String(reflecting: credentials).contains("hunter2"))
    }
}
