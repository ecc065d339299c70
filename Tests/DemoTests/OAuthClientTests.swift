import AsyncHTTPClient
import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import SimulatedUpstream
import Testing

@testable import Demo

@Suite("RFC 9700: what a sample service checks") struct OAuthClientTests {
    private let metadata = BrokerMetadata(
        issuer: "http://localhost:20080", authorizationEndpoint: "http://localhost:20080/oauth2/authorize",
        tokenEndpoint: "http://localhost:20080/oauth2/token",
        userInfoEndpoint: "http://localhost:20080/oauth2/userinfo", endSessionEndpoint: nil)

    private var client: OAuthClient {
        OAuthClient(
            issuer: "http://localhost:20080", clientID: "parking", secret: nil, scope: "openid",
            redirectURI: "http://localhost:3/callback", postLogoutRedirectURI: "http://localhost:3/",
            http: OutboundHTTP(client: .shared), clock: { Date(timeIntervalSince1970: 1_790_000_000) })
    }

    private var login: PendingLogin {
        PendingLogin(
            state: "the-state", nonce: "the-nonce", verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            metadata: metadata)
    }

    @Test(arguments: [
        "code=c&state=another&iss=http%3A%2F%2Flocalhost%3A20080", "code=c&iss=http%3A%2F%2Flocalhost%3A20080",
        "code=c&state=the-state", "code=c&state=the-state&iss=http%3A%2F%2Felsewhere.invalid",
        "state=the-state&iss=http%3A%2F%2Flocalhost%3A20080",
    ])
    func `An answer with another state or issuer, or without a code, is never redeemed`(query: String) async {
        let failure = await #expect(throws: LoginFailure.self) {
            try await client.finish(login, callback: FormFields(query))
        }
        #expect(failure?.explanation == LoginFailure.mismatch.explanation)
    }

    @Test func `The broker's refusal is told as such`() async {
        let query = "error=access_denied&state=the-state&iss=http%3A%2F%2Flocalhost%3A20080"
        let failure = await #expect(throws: LoginFailure.self) {
            try await client.finish(login, callback: FormFields(query))
        }
        #expect(failure?.explanation == LoginFailure.refused(code: "access_denied").explanation)
    }

    @Test func `The request carries the S256 challenge of RFC 7636 appendix B`() {
        let fields = FormFields(
            String(client.authorizationAddress(for: login).split(separator: "?").last ?? ""))
        #expect(fields["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(fields["code_challenge_method"] == "S256")
        #expect(fields["nonce"] == "the-nonce")
    }

    @Test func `Each service keeps its session in a cookie of its own name`() {
        #expect(CityServiceProfile.transport.cookieName != CityServiceProfile.parking.cookieName)
    }

    @Test func `A callback that no browser here has begun gets a page and no session`() async throws {
        let service = CityService(
            .parking, port: 3, secret: nil, issuer: "http://localhost:20080",
            surroundings: DemoCityTests.surroundings())
        try await Application(router: service.buildRouter()).test(.router) { client in
            let response = try await client.executeRequest(
                uri: "/callback?code=c&state=s", method: .get, headers: [:], body: nil)
            #expect(response.status == .badRequest)
            #expect(response.headers[.setCookie] == nil)
        }
    }
}
