import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("RFC 7009: revocation")
struct RevocationTests {
    /// Which of the two tokens a client gives back.
    enum Kind: CaseIterable {
        case access
        case refresh

        func token(of response: TokenResponse) throws -> Secret {
            switch self {
            case .access: response.accessToken
            case .refresh: try #require(response.refreshToken)
            }
        }
    }

    /// Tokens of the bridge, sealed around the pool's.
    private func sealed(_ scene: Scene) async throws -> TokenResponse {
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser())
        return try await scene.redeem(code, as: try .transport)
    }

    /// Tokens of a client whose access tokens are signed.
    private func signed(_ scene: Scene) async throws -> TokenResponse {
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .portal), in: scene.browser())
        return try await scene.redeem(code, as: try .portal)
    }

    @Test("Either sealed token takes the whole grant with it, and the trail says so", arguments: Kind.allCases)
    func sealedTokens(kind: Kind) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let tokens = try await sealed(scene)
        try await scene.revoke(try kind.token(of: tokens), as: try .transport)
        #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
        let refreshToken = try #require(tokens.refreshToken)
        #expect(await scene.refusal { try await scene.refresh(refreshToken, as: try .transport) } == .invalidGrant)
        let event = try #require(try await scene.trail(of: .grantRevoked).first)
        #expect(event.reason == "revoked_by_client")
        #expect(event.client == ClientID(rawValue: "transport") && event.account != nil && event.grant != nil)
    }

    @Test("A signed access token dies with its grant at once", arguments: Kind.allCases)
    func signedTokens(kind: Kind) async throws {
        let scene = try await Scene()
        let tokens = try await signed(scene)
        try await scene.revoke(try kind.token(of: tokens), as: try .portal)
        #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
    }

    @Test("Given back twice is given back, and told once", arguments: Kind.allCases)
    func twice(kind: Kind) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let token = try kind.token(of: try await sealed(scene))
        for _ in 0..<3 { try await scene.revoke(token, as: try .transport) }
        #expect(try await scene.trail(of: .grantRevoked).count == 1)
    }

    @Test("An expired access token still ends its grant: that is what the client asks for")
    func expired() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let tokens = try await sealed(scene)
        scene.pass(2 * 3600)
        try await scene.revoke(tokens.accessToken, as: try .transport)
        let refreshToken = try #require(tokens.refreshToken)
        #expect(await scene.refusal { try await scene.refresh(refreshToken, as: try .transport) } == .invalidGrant)
    }

    @Test("A refresh token that has a successor takes the successor along")
    func superseded() async throws {
        let scene = try await Scene()
        let tokens = try await signed(scene)
        let first = try #require(tokens.refreshToken)
        let second = try #require(try await scene.refresh(first, as: try .portal).refreshToken)
        try await scene.revoke(first, as: try .portal)
        #expect(await scene.refusal { try await scene.refresh(second, as: try .portal) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .portal) } == .invalidGrant)
    }

    @Test("Another client's token is left alone, without an error (§2.2)", arguments: Kind.allCases)
    func foreign(kind: Kind) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let tokens = try await sealed(scene)
        for other in [try Client.portal, try .parking] {
            try await scene.revoke(try kind.token(of: tokens), as: other)
        }
        #expect(try await scene.trail(of: .grantRevoked).isEmpty)
        #expect(try await scene.userInfo(tokens.accessToken).values["sub"] != nil)
    }

    @Test("What is no token of ours is left alone, without an error")
    func unknown() async throws {
        let scene = try await Scene()
        let tokens = try await signed(scene)
        let text = tokens.accessToken.reveal()
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(SampleRequest(try .parking), in: browser).loginPayload)
        let code = try await scene.code(for: SampleRequest(try .portal), in: browser)
        let refreshToken = try #require(tokens.refreshToken).reveal()
        let others = ["x", "a.b.c", "..", String(text.dropLast(4)), String(refreshToken.dropLast(4)), payload]
        for other in others + [code.reveal()] {
            try await scene.revoke(Secret(other), as: try .portal)
        }
        #expect(try await scene.trail(of: .grantRevoked).isEmpty)
        #expect(try await scene.userInfo(tokens.accessToken).values["sub"] != nil)
    }

    @Test("An ID token is of a type that cannot be revoked (§2.2.1)")
    func identity() async throws {
        let scene = try await Scene()
        let token = try #require(try await signed(scene).idToken)
        #expect(await scene.refusal { try await scene.revoke(token, as: try .portal) } == .unsupportedTokenType)
    }

    @Test("Of a revocation and refreshes at once, nothing lives on, whoever came first")
    func race() async throws {
        let scene = try await Scene()
        for _ in 0..<8 {
            let code = try await scene.signedInCode()
            let first = try #require(try await scene.redeem(code, as: try .portal).refreshToken)
            let successors = try await withThrowingTaskGroup(of: TokenResponse?.self) { group in
                for number in 0..<9 {
                    group.addTask {
                        guard number == 4 else { return try? await scene.refresh(first, as: try .portal) }
                        try await scene.revoke(first, as: try .portal)
                        return nil
                    }
                }
                return try await group.reduce(into: [TokenResponse]()) { all, one in if let one { all.append(one) } }
            }
            for tokens in successors {
                let second = try #require(tokens.refreshToken)
                #expect(await scene.refusal { try await scene.refresh(second, as: try .portal) } == .invalidGrant)
                #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
            }
            #expect(await scene.refusal { try await scene.refresh(first, as: try .portal) } == .invalidGrant)
        }
    }
}

extension Scene {
    /// A code of Anna's for the portal; she is enrolled if she is not.
    fileprivate func signedInCode() async throws -> Secret {
        if try await broker.accounts.account(userName: "anna") == nil { try await broker.enrol(.anna) }
        return try await code(for: SampleRequest(try .portal), in: browser())
    }
}
