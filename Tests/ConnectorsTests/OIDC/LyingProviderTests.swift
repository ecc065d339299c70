import FoundationEssentials
import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("OpenID providers: a corpus of answers that are wrong", .timeLimit(.minutes(1))) struct LyingProviderTests {
    private static let now = OpenIDFixture.now

    private func failure(_ fixture: OpenIDFixture) async throws -> ConnectorError? {
        let connector = try fixture.connector()
        let attempt = try OpenIDFixture.attempt()
        return await connectorError { () async throws(ConnectorError) in
            try await connector.complete(OpenIDFixture.answer, to: attempt, at: Self.now)
        }
    }

    /// An ID token whose payload is written out by hand, properly signed.
    private func token(_ payload: String, header: String? = nil, by key: ForgeKey) throws -> Secret {
        let header = header ?? #"{"alg":"ES256","kid":"\#(key.id)"}"#
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        return Secret(input + "." + Base64URL.encode(try key.signature(for: Array(input.utf8))))
    }

    private static let good = #"""
        "iss":"https://id.example","sub":"person-1","aud":"drawbridge","nonce":"n-0S6_WzA2Mj","iat":1790000000,"exp":1790000600
        """#

    @Test(arguments: [
        #"{"# + good + #","sub":"person-2"}"#, #"{"# + good + #","\u0073ub":"person-2"}"#,
        #"{"# + good + #","aud":["drawbridge","other"]}"#, #"{"# + good + #","x":{"a":1,"a":1}}"#,
        #"{"# + good + #","x":NaN}"#, #"{"# + good + #","x":1e999}"#, #"{"# + good + #","x":-Infinity}"#,
        #"{"# + good + #","x":01}"#, #"{"# + good + "}x", #"{"# + good, "[{" + good + "}]", "null", "",
        #"{"# + good + #","x":"# + String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000) + "}",
        #"{"# + good + #","x":["# + String(repeating: "[],", count: 10_000) + "[]]}",
    ])
    func `A payload that two readers could read differently, or none, is refused though it is signed`(
        payload: String
    ) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try token("{" + Self.good + "}", by: fixture.key))
        #expect(try await failure(fixture) == nil)
        fixture.issue(try token(payload, by: fixture.key))
        #expect(try await failure(fixture) == .untrusted(.malformed))
    }

    @Test(arguments: [
        #"{"alg":"none","alg":"ES256","kid":"key-1"}"#, #"{"alg":"ES256","kid":"key-1","\u0061lg":"none"}"#,
        #"{"alg":"ES256","kid":"key-1","crit":["exp"]}"#, #"{"alg":"ES256","kid":"key-1","crit":[]}"#,
        #"{"alg":["ES256"],"kid":"key-1"}"#, #"{"alg":"ES256","kid":1}"#, #"{"kid":"key-1"}"#, "[]",
    ])
    func `A header that two readers could read differently, or none, is refused`(header: String) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try token("{" + Self.good + "}", header: header, by: fixture.key))
        #expect(try await failure(fixture) == .untrusted(.malformed))
    }

    @Test(
        "A JWT that says it is of another kind is no ID token (RFC 8725 §3.11)",
        arguments: [
            ("JWT", nil), ("jwt", nil), ("at+jwt", .tokenUse), ("application/at+jwt", .tokenUse),
            ("logout+jwt", .tokenUse), ("AT+JWT", .tokenUse), ("secevent+jwt", .tokenUse),
        ] as [(String, TokenFlaw?)])
    func explicitType(type: String, flaw: TokenFlaw?) async throws {
        let fixture = OpenIDFixture()
        let header = #"{"alg":"ES256","kid":"key-1","typ":"\#(type)"}"#
        fixture.issue(try token("{" + Self.good + "}", header: header, by: fixture.key))
        #expect(try await failure(fixture) == flaw.map(ConnectorError.untrusted))
    }

    @Test(
        "A token that could not be passed on is refused at once, not when it is sealed",
        arguments: [
            ("access_token", String(repeating: "a", count: 24_576), true), ("refresh_token", "a \"b\" \\", true),
            ("access_token", String(repeating: "a", count: 24_577), false),
            ("refresh_token", String(repeating: "a", count: 24_577), false),
            ("refresh_token", "a\u{0}", false), ("refresh_token", "a\r\nb", false), ("refresh_token", "ž", false),
        ])
    func unbearable(member: String, text: String, isFine: Bool) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(), more: [member: .string(text)])
        let failure = try await failure(fixture)
        #expect(
            failure
                == (isFine
                    ? nil
                    : .misbehaved(
                        cause: "\(OpenIDFixture.token) answered with a token of odd characters or over 24576 bytes")))
    }

    @Test func `What userinfo says about one person is no longer than an ID token may be`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken())
        _ = try await fixture.connector().complete(OpenIDFixture.answer, to: OpenIDFixture.attempt(), at: Self.now)
        #expect(fixture.transport.last(OpenIDFixture.userinfo)?.limit == 65_536)
    }

    @Test(
        arguments: [
            (["exp": "1790000600"], .malformed), (["exp": .number(1_790_000_600.5)], nil),
            (["exp": .number(1e300)], .malformed), (["exp": .integer(.max)], .malformed),
            (["exp": .integer(.min)], .malformed), (["exp": true], .malformed),
            (["exp": .array([1_790_000_600])], .malformed),
            (["iat": "1790000000"], .malformed), (["iat": .integer(.min)], .malformed), (["nbf": .null], .malformed),
            (["aud": .array([])], .audience), (["aud": .array(["drawbridge"])], nil),
            (["aud": .object([:])], .audience),
            (["aud": .array([.array(["drawbridge"])])], .audience), (["aud": .null], .audience),
            (["sub": 7], .subjectMissing), (["sub": .array(["person-1"])], .subjectMissing),
            (["sub": ""], .subjectMissing),
            (["sub": .string(String(repeating: "a", count: 256))], .subjectMissing),
            (["sub": "person-1\u{0}"], .malformed), (["sub": "person-1\n"], .malformed),
            (["sub": "person\u{202D}-1"], .subjectMismatch), (["iss": .array(["https://id.example"])], .issuer),
            (["azp": .array(["drawbridge"])], .authorizedParty), (["azp": .null], .authorizedParty),
            (["nonce": .array([.string(OpenIDFixture.nonce)])], .nonce),
        ] as [([String: JSONValue?], TokenFlaw?)])
    func `A claim of an odd shape is refused for what it is`(
        changes: [String: JSONValue?], flaw: TokenFlaw?
    ) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(changes))
        #expect(try await failure(fixture) == flaw.map(ConnectorError.untrusted))
    }

    @Test(
        arguments: [
            ["token_type": "DPoP"], ["token_type": "mac"], ["token_type": 1], ["token_type": .array(["Bearer"])],
            ["access_token": ""], ["access_token": .null], ["access_token": 7], ["access_token": .object([:])],
            ["id_token": ""], ["id_token": .null], ["id_token": 7], ["refresh_token": 7],
        ] as [[String: JSONValue]])
    func `A token response that lacks what a login needs is no login`(changes: [String: JSONValue]) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(), more: changes)
        guard case .misbehaved(let cause) = try await failure(fixture) else {
            Issue.record("accepted")
            return
        }
        #expect(!cause.contains("opaque-access"))
    }

    @Test(
        arguments: [
            (300, 300), ("300", 300), (.number(300.5), 300.5), (-1, nil), (0, nil), ("soon", nil), ("1e999", nil),
            ("nan", nil), (.integer(.max), 315_576_000), (.number(1e300), 315_576_000), (.null, nil), (true, nil),
            (.array([300]), nil), (.object([:]), nil),
        ] as [(JSONValue, Double?)])
    func `An odd lifetime is no reason to fail, and none to believe`(said: JSONValue, believed: Double?) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(), more: ["expires_in": said])
        let login = try await fixture.connector().complete(
            OpenIDFixture.answer, to: OpenIDFixture.attempt(), at: Self.now)
        #expect(login.tokens.expiresAt == believed.map(Self.now.addingTimeInterval))
    }

    @Test(arguments: [
        #"{"sub":"person-1","sub":"person-2"}"#, #"{"sub":"person-1","x":1e999}"#, #"{"sub":"person-1","x":NaN}"#,
        #"{"sub":"person-1""#, "[]", #""person-1""#, "<html>person-1</html>",
        #"{"sub":"person-1","x":"# + String(repeating: "[", count: 513),
        #"{"sub":"person-1","x":["# + String(repeating: "{},", count: 20_000) + "{}]}",
    ])
    func `Userinfo that two readers could read differently, or none, is refused`(body: String) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken())
        fixture.transport.answer(OpenIDFixture.userinfo) { (_: UpstreamRequest) async throws(ConnectorError) in
            UpstreamResponse(status: 200, body: Array(body.utf8))
        }
        #expect(
            try await failure(fixture)
                == .misbehaved(
                    cause: "https://id.example/userinfo answered 200 with something other than the expected JSON"))
    }

    @Test(arguments: [
        #"{"issuer":"https://id.example","issuer":"https://evil.example"}"#, "{}", "[]", "", "<html>", #"{"issuer":1}"#,
        #"{"issuer":"https://id.example/"}"#, #"{"issuer":"https://evil.example"}"#,
    ])
    func `Metadata that is another's, or none, leads nowhere`(body: String) async throws {
        let fixture = OpenIDFixture()
        fixture.transport.answer(OpenIDFixture.discovery) { (_: UpstreamRequest) async throws(ConnectorError) in
            UpstreamResponse(status: 200, body: Array(body.utf8))
        }
        let connector = try fixture.connector()
        let attempt = try OpenIDFixture.attempt()
        let error = await connectorError { () async throws(ConnectorError) in
            try await connector.begin(attempt, at: Self.now)
        }
        guard case .misbehaved = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        "https://169.254.169.254/latest/meta-data", "https://localhost/token", "https://intranet/token",
        "https://[::ffff:10.0.0.1]/token", "http://id.example/token", "https://user@id.example/token", "file:///etc",
    ])
    func `Metadata never makes the broker ask where it may not`(address: String) async throws {
        for (member, url) in [("token_endpoint", OpenIDFixture.token), ("jwks_uri", OpenIDFixture.jwks)] {
            let fixture = OpenIDFixture()
            fixture.issue(try fixture.idToken())
            fixture.publish([member: .string(address)])
            guard case .misbehaved(let cause) = try await failure(fixture) else {
                Issue.record("\(member) was asked at \(address)")
                return
            }
            #expect(cause.hasPrefix(member))
            #expect(fixture.transport.count(address) == 0)
            #expect(fixture.transport.count(url) == 0)
        }
    }
}

@Suite("OpenID providers: key sets that are wrong", .timeLimit(.minutes(1))) struct WrongKeySetTests {
    private func connector(_ provider: SimulatedProvider, _ http: UpstreamHTTP) throws -> OIDCConnector {
        OIDCConnector(
            UpstreamSettings(
                client: UpstreamClient(id: "broker", authentication: .basic(Secret("s3cret/+"))),
                issuer: try UpstreamEndpoint(named: provider.issuer(of: .openID)), scope: Scope(["openid"]),
                endpoints: NamedEndpoints()),
            transport: http)
    }

    private func verify(_ provider: SimulatedProvider, _ http: UpstreamHTTP) async throws -> ConnectorError? {
        let connector = try connector(provider, http)
        let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.openID, scope: ["openid"]).tokens
        return await connectorError { () async throws(ConnectorError) in
            try await connector.verify(tokens, at: Upstream.now)
        }
    }

    @Test(arguments: [
        (KeySetFault.withoutKeyIDs, TokenFlaw?.none), (.oneKeyID, .unknownKey), (.empty, .unknownKey),
        (.amongStrangers, nil), (.rotated, nil),
    ])
    func `Keys are used if they can be told apart, whatever lies between them`(
        fault: KeySetFault, flaw: TokenFlaw?
    ) async throws {
        try await Upstream.run { provider, http in
            provider.inject(.keySet(fault))
            let error = try await verify(provider, http)
            #expect(error == flaw.map(ConnectorError.untrusted))
        }
    }

    @Test(arguments: [
        (AnswerFault.notJSON, "answered 200 with something other than the expected JSON"),
        (.status(304), "answered 304"), (.status(404), "answered 404"), (.status(204), "answered 204"),
        (
            .saying("{\"keys\":" + String(repeating: "[", count: 600)),
            "answered 200 with something other than the expected JSON"
        ),
        (.saying("{\"keys\":{}}"), "answered 200 with something other than the expected JSON"),
        (.saying("{\"keys\":[],\"keys\":[]}"), "answered 200 with something other than the expected JSON"),
        (
            .saying("{\"keys\":[" + String(repeating: "{},", count: 60_000) + "{}]}"),
            "answered 200 with something other than the expected JSON"
        ),
        (.saying("{}"), "answered 200 with something other than the expected JSON"),
        (.huge(bytes: 100 << 20), "answered more than 262144 bytes"),
    ])
    func `A key set that is none is named`(fault: AnswerFault, cause: String) async throws {
        try await Upstream.run { provider, http in
            provider.inject(.answer(fault, at: .keys))
            let error = try await verify(provider, http)
            #expect(error == .misbehaved(cause: "\(provider.address(of: .keys)) \(cause)"))
        }
    }

    @Test func `Keys that rotate right after they were fetched are found at once, also twice`() async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http)
            func subject(after seconds: Double) async throws -> String {
                let tokens = try provider.mintTokens(
                    for: Upstream.person, client: Upstream.openID, scope: ["openid"]
                ).tokens
                return try await connector.verify(tokens, at: Upstream.now.addingTimeInterval(seconds)).subject
            }
            #expect(try await subject(after: 0) == Upstream.person.subject)
            provider.inject(.keySet(.rotated))
            #expect(try await subject(after: 1) == Upstream.person.subject)
            provider.heal()
            #expect(try await subject(after: 2) == Upstream.person.subject)
            #expect(provider.requestCount(.keys) == 3)
        }
    }
}
