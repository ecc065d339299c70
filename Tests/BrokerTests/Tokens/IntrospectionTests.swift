import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("RFC 7662: introspection")
struct IntrospectionTests {
    /// Anna's tokens at the portal, whose access tokens are signed.
    private func signed(_ scene: Scene, scope: String = "openid email") async throws -> TokenResponse {
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .portal, scope: scope), in: scene.browser())
        return try await scene.redeem(code, as: try .portal)
    }

    /// Tokens of the bridge, sealed around the pool's.
    private func sealed(_ scene: Scene) async throws -> TokenResponse {
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser())
        return try await scene.redeem(code, as: try .transport)
    }

    /// The portal's tokens where people log in at the front end.
    private func signedAtTheBridge(_ scene: Scene) async throws -> TokenResponse {
        let code = try await scene.bridgedCode(for: SampleRequest(try .portal), in: scene.browser())
        return try await scene.redeem(code, as: try .portal)
    }

    private func description(of response: IntrospectionResponse) throws -> IntrospectionResponse.Description {
        guard case .active(let description) = response else { throw UnexpectedStep(found: "an inactive token") }
        return description
    }

    @Test("A signed access token of another client is described to a service that may ask")
    func signedToken() async throws {
        let scene = try await Scene()
        let tokens = try await signed(scene)
        let said = try claims(of: tokens.accessToken)
        let token = try description(of: try await scene.introspect(tokens.accessToken, as: try .transport))
        #expect(token.use == .access && token.clientID == "portal" && token.scope == Scope(["openid", "email"]))
        #expect(token.issuer == scene.environment.issuer.value)
        #expect(JSONValue.string(token.subject) == said["sub"])
        #expect(token.tokenID.map(JSONValue.string) == said["jti"])
        #expect(JSONValue.string(token.person?.grantID ?? "") == said["grant_id"])
        #expect(token.rayID.map(JSONValue.string) == said["ray_id"])
        #expect(JSONValue.integer(Int64(token.expiresAt)) == said["exp"])
        #expect(token.issuedAt.map { JSONValue.integer(Int64($0)) } == said["iat"])
        #expect(token.person?.identityProvider == "local")
    }

    @Test("So is a sealed one, by its content alone")
    func sealedToken() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let tokens = try await sealed(scene)
        let token = try description(of: try await scene.introspect(tokens.accessToken, as: try .transport))
        #expect(token.use == .access && token.clientID == "transport" && token.tokenID == nil)
        #expect(token.person?.identityProvider == "city-pool")
        #expect(token.expiresAt - (token.issuedAt ?? 0) == tokens.expiresIn)
    }

    @Test("A refresh token is described to the client that holds it, and to nobody else")
    func refreshToken() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let own = try #require(try await sealed(scene).refreshToken)
        #expect(try description(of: try await scene.introspect(own, as: try .transport)).use == .refresh)
        let foreign = try #require(try await signedAtTheBridge(scene).refreshToken)
        #expect(try await scene.introspect(foreign, as: try .transport) == .inactive)
    }

    @Test("A refresh token that was replaced is shown for as long as it counts, and looking revokes nothing")
    func superseded() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let first = try #require(try await sealed(scene).refreshToken)
        let second = try #require(try await scene.refresh(first, as: try .transport).refreshToken)
        #expect(try await scene.introspect(first, as: try .transport) != .inactive)
        scene.pass(31)
        #expect(try await scene.introspect(first, as: try .transport) == .inactive)
        #expect(try await scene.introspect(second, as: try .transport) != .inactive)
    }

    @Test("Only a client that is registered for it may ask, and not about its own tokens either")
    func notAllowed() async throws {
        let scene = try await Scene()
        let token = try await signed(scene).accessToken
        for client in [try Client.portal, try .parking] {
            #expect(await scene.refusal { try await scene.introspect(token, as: client) } == .unauthorizedClient)
        }
    }

    @Test("Whatever is no token that counts is inactive, and not told apart")
    func others() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let tokens = try await signedAtTheBridge(scene)
        let access = tokens.accessToken.reveal()
        let sealed = try await sealed(scene).accessToken.reveal()
        let browser = scene.browser()
        let payload = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: browser)
        let code = try await scene.bridgedCode(for: SampleRequest(try .portal), in: scene.browser())
        let unsigned = access.split(separator: ".")[1]
        let others = [
            "x", "a.b.c", "..", try #require(tokens.idToken).reveal(), try #require(tokens.refreshToken).reveal(),
            code.reveal(), payload, String(access.dropLast(4)), String(sealed.dropLast(4)),
            "eyJhbGciOiJub25lIn0.\(unsigned).",
        ]
        for other in others {
            #expect(try await scene.introspect(Secret(other), as: try .transport) == .inactive)
        }
        #expect(String(decoding: IntrospectionResponse.inactive.json, as: UTF8.self) == #"{"active":false}"#)
    }

    /// What ends a token before its time.
    enum End: CaseIterable {
        case expiry, revocation, accountDisabled, clientDeleted, providerDisabled, personNotAdmitted
    }

    @Test("A signed token is inactive at once when what it stands on has ended", arguments: End.allCases)
    func ends(end: End) async throws {
        let scene = try await Scene()
        let token = try await signed(scene).accessToken
        #expect(try await scene.introspect(token, as: try .transport) != .inactive)
        switch end {
        case .expiry: scene.pass(3600)
        case .revocation: try await scene.revoke(token, as: try .portal)
        case .accountDisabled:
            let id = try #require(try await scene.broker.accounts.account(userName: "anna")?.account.id)
            try await scene.broker.accounts.setStatus(.disabled, of: id)
        case .clientDeleted: try await scene.broker.clients.delete(ClientID(rawValue: "portal"))
        case .providerDisabled: scene.catalogue.set(.local, .disabled)
        case .personNotAdmitted:
            scene.catalogue.set(.local, admission: AdmissionRule(emailDomains: ["x.example"]))
        }
        #expect(try await scene.introspect(token, as: try .transport) == .inactive)
    }

    @Test("A signed answer is for the client that asked, and has neither subject nor expiry (RFC 9701 §5)")
    func signedAnswer() async throws {
        let scene = try await Scene()
        let token = try await signed(scene).accessToken
        let answer = try await scene.signedIntrospection(of: token, as: try .transport)
        let header = try #require(Base64URL.decode(answer.reveal().split(separator: ".")[0]))
        let members = try JSONDecoder().decode([String: String].self, from: Data(header))
        #expect(members["typ"] == "token-introspection+jwt" && members["alg"] == "ES256")
        let said = try claims(of: answer)
        #expect(Set(said.keys) == ["iss", "aud", "iat", "token_introspection"])
        #expect(said["aud"] == "transport")
        #expect(said["token_introspection"]?.object?["active"] == .bool(true))
        #expect(said["token_introspection"]?.object?["client_id"] == "portal")
        #expect(await scene.refusal { try await scene.userInfo(answer) } == .invalidToken)
        let idle = try await scene.signedIntrospection(of: Secret("x"), as: try .transport)
        #expect(try claims(of: idle)["token_introspection"] == .object(["active": .bool(false)]))
    }
}
