import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("OIDC Core §5.3: userinfo")
struct UserInfoTests {
    private func tokens(_ scene: Scene, scope: String = "openid email") async throws -> TokenResponse {
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .portal, scope: scope), in: scene.browser())
        return try await scene.redeem(code, as: try .portal)
    }

    @Test(
        "It answers with the claims of the scope, and the subject of the ID token",
        arguments: [
            ("openid", ["sub"]), ("openid email", ["sub", "email", "email_verified"]),
            ("openid profile", ["sub", "name", "preferred_username"]),
        ])
    func scopes(scope: String, names: [String]) async throws {
        let scene = try await Scene()
        let tokens = try await tokens(scene, scope: scope)
        let info = try await scene.userInfo(tokens.accessToken)
        #expect(Set(info.values.keys) == Set(names))
        #expect(info.values["sub"] == (try claims(of: tokens.idToken))["sub"])
    }

    @Test("Sealed and signed access tokens are answered alike")
    func bothProfiles() async throws {
        let bridge = try await Scene(frontEnd: Scene.frontEnd)
        let code = try await bridge.bridgedCode(for: SampleRequest(try .transport), in: bridge.browser())
        let sealed = try await bridge.redeem(code, as: try .transport).accessToken
        #expect(!sealed.reveal().contains("."))
        #expect(try await bridge.userInfo(sealed).values["email"] == "anna@city.example")
        let scene = try await Scene()
        let signed = try await tokens(scene).accessToken
        #expect(signed.reveal().split(separator: ".").count == 3)
        #expect(try await scene.userInfo(signed).values["email"] == "anna@city.example")
    }

    @Test("An access token counts until its last second", arguments: [(3599.0, true), (3600.0, false)])
    func expiry(seconds: Double, counts: Bool) async throws {
        let scene = try await Scene()
        let token = try await tokens(scene).accessToken
        scene.pass(seconds)
        #expect(await scene.refusal { try await scene.userInfo(token) } == (counts ? nil : .invalidToken))
    }

    /// What ends a token before its time.
    enum End: CaseIterable {
        case revoked, accountDisabled, clientDeleted, providerDisabled, personNotAdmitted
    }

    @Test("A token dies at once with what it stands on", arguments: End.allCases)
    func ends(end: End) async throws {
        let scene = try await Scene()
        let token = try await tokens(scene).accessToken
        switch end {
        case .revoked:
            let grant = try #require(try claims(of: token)["grant_id"]?.string)
            #expect(
                try await scene.broker.store.revokeGrant(
                    GrantID(rawValue: grant), at: scene.clock.now, events: []))
        case .accountDisabled:
            let id = try #require(try await scene.broker.accounts.account(userName: "anna")?.account.id)
            try await scene.broker.accounts.setStatus(.disabled, of: id)
        case .clientDeleted: try await scene.broker.clients.delete(ClientID(rawValue: "portal"))
        case .providerDisabled: scene.catalogue.set(.local, .disabled)
        case .personNotAdmitted:
            scene.catalogue.set(.local, admission: AdmissionRule(emailDomains: ["x.example"]))
        }
        #expect(await scene.refusal { try await scene.userInfo(token) } == .invalidToken)
    }

    @Test("Nothing but an access token is one: not an ID token, refresh token, code or payload")
    func otherTokens() async throws {
        let scene = try await Scene()
        let tokens = try await tokens(scene)
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(SampleRequest(try .parking), in: browser).loginPayload)
        let state = try await scene.beginLogin(at: StubCatalogue.google, payload: payload, in: browser)
        let code = try await scene.code(for: SampleRequest(try .portal), in: browser)
        for other in [
            try #require(tokens.idToken), try #require(tokens.refreshToken), code, Secret(payload),
            Secret(state),
        ] {
            #expect(await scene.refusal { try await scene.userInfo(other) } == .invalidToken)
        }
    }

    @Test("A signed token of which a byte was changed is none", arguments: [0, 1, 2])
    func tamperedJWT(part: Int) async throws {
        let scene = try await Scene()
        let token = try await tokens(scene).accessToken
        var parts = token.reveal().split(separator: ".").map(String.init)
        let middle = parts[part].index(parts[part].startIndex, offsetBy: parts[part].count / 2)
        let other: Character = parts[part][middle] == "A" ? "B" : "A"
        parts[part].replaceSubrange(middle...middle, with: [other])
        let tampered = Secret(parts.joined(separator: "."))
        #expect(await scene.refusal { try await scene.userInfo(tampered) } == .invalidToken)
    }

    @Test("A sealed token of which a byte was changed is none", arguments: [0, 10, 30, -1, -20])
    func tamperedSealed(position: Int) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser())
        var bytes = Array(try await scene.redeem(code, as: try .transport).accessToken.reveal().utf8)
        let index = position < 0 ? bytes.count + position : position
        bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        let tampered = Secret(String(decoding: bytes, as: UTF8.self))
        #expect(await scene.refusal { try await scene.userInfo(tampered) } == .invalidToken)
    }

    /// Headers that would let somebody else's signature, or none, count (RFC 8725 §3.1).
    @Test(
        "The key decides the algorithm, never the token",
        arguments: [
            #"{"alg":"none","kid":"KID","typ":"at+jwt"}"#, #"{"alg":"HS256","kid":"KID","typ":"at+jwt"}"#,
            #"{"alg":"RS256","kid":"KID","typ":"at+jwt"}"#, #"{"alg":"ES256","kid":"other","typ":"at+jwt"}"#,
            #"{"alg":"ES256","typ":"at+jwt"}"#, #"{"alg":"ES256","kid":"KID","typ":"JWT"}"#,
            #"{"alg":"ES256","kid":"KID"}"#, "[]", "",
        ])
    func headers(header: String) async throws {
        let scene = try await Scene()
        let parts = try await tokens(scene).accessToken.reveal().split(separator: ".").map(String.init)
        let original = try #require(Base64URL.decode(parts[0]))
        let known = try JSONDecoder().decode([String: String].self, from: Data(original))
        let forged = header.replacing("KID", with: try #require(known["kid"]))
        for signature in [parts[2], ""] {
            let token = Secret("\(Base64URL.encode(Array(forged.utf8))).\(parts[1]).\(signature)")
            #expect(await scene.refusal { try await scene.userInfo(token) } == .invalidToken)
        }
    }

    @Test("A token of another issuer with the same keys is none of ours")
    func otherIssuer() async throws {
        let scene = try await Scene()
        let token = try await tokens(scene).accessToken
        let sister = try await BrokerFixture(store: scene.database, issuer: "https://sister.city.example", seed: 9)
        let bearer = try #require(BearerToken(authorization: "Bearer \(token.reveal())"))
        let code = await scene.refusal {
            try await UserInfoFlow(sister.environment).claims(for: bearer, visit: scene.browser().visit)
        }
        #expect(code == .invalidToken)
    }
}
