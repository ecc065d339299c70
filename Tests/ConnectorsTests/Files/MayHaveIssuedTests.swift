import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Tokens handed over are shown to nobody but who may have issued them") struct MayHaveIssuedTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        let tokens: [String]
        let isCandidate: Bool

        /// `access` and `id` are the issuers of the two tokens; nil stands for no ID token and an opaque access token.
        init(_ file: String, access: String?, id: String?, _ isCandidate: Bool) {
            self.file = file
            tokens = [access.map(Self.token) ?? "opaque", id.map(Self.token)].compactMap(\.self)
            self.isCandidate = isCandidate
        }

        init(_ file: String, _ tokens: [String], _ isCandidate: Bool) {
            (self.file, self.tokens, self.isCandidate) = (file, tokens, isCandidate)
        }

        /// Signed by nobody: what it says is all that counts here.
        private static func token(issuer: String) -> String {
            [#"{"alg":"ES256"}"#, #"{"iss":"\#(issuer)"}"#, ""].map { Base64URL.encode(Array($0.utf8)) }
                .joined(separator: ".")
        }

        var testDescription: String { "\(file.prefix(24)) \(tokens)" }
    }

    private static let pool = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_City"
    private static let microsoft = "https://login.microsoftonline.com"
    private static let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"

    private static let oidcFile = #""type": "oidc", "issuer": "https://id.example""#
    private static let googleFile = #""type": "google""#
    private static let microsoftFile = #""type": "microsoft", "tenant": "common""#
    private static let cognitoFile = #""type": "cognito", "issuer": "\#(pool)""#
    private static let gitHubFile = #""type": "github""#
    private static let facebookFile = #""type": "facebook""#

    @Test(arguments: [
        Case(oidcFile, access: nil, id: "https://id.example", true),
        Case(oidcFile, access: "https://elsewhere.example", id: "https://id.example", true),
        Case(oidcFile, access: "https://id.example", id: "https://elsewhere.example", false),
        Case(oidcFile, access: "https://id.example", id: nil, false),
        Case(oidcFile, ["opaque", "not.a.token"], false),
        Case(googleFile, access: nil, id: "https://accounts.google.com", true),
        Case(googleFile, access: nil, id: "accounts.google.com", true),
        Case(googleFile, access: nil, id: "https://accounts.google.com.example", false),
        Case(microsoftFile, access: nil, id: "\(microsoft)/\(tenant)/v2.0", true),
        Case(microsoftFile, access: nil, id: "\(microsoft)/common/v2.0", false),
        Case(cognitoFile, access: pool, id: nil, true),
        Case(cognitoFile, access: pool, id: "https://elsewhere.example", true),
        Case(cognitoFile, access: "\(pool)2", id: pool, false),
        Case(cognitoFile, access: nil, id: pool, false),
        Case(gitHubFile, ["gho_16C7e42F292c6912E7710c838347Ae178B4a"], true),
        Case(gitHubFile, access: nil, id: "https://id.example", false),
        Case(gitHubFile, access: pool, id: nil, false),
        Case(gitHubFile, ["eyJhbGciOiJkaXIifQ..iv.text.tag"], false),
        Case(facebookFile, ["EAAB-person"], true),
        Case(facebookFile, access: pool, id: nil, false),
    ])
    func `The tokens' own word decides`(row: Case) throws {
        let definition = try ProviderFileTests.definition(
            #"{"id": "city", "name": "City", "client_id": "1234567890", "client_secret": "s", \#(row.file)}"#)
        let transport = StubTransport()
        let provider = ConnectorFactory { _ in transport }.provider(for: .usable(definition))
        guard case .ready(let connector) = provider.state else { throw ProviderFileTests.Unusable() }
        let verification = try #require(connector.tokenVerification)
        let tokens = UpstreamTokens(
            accessToken: Secret(row.tokens[0]), idToken: row.tokens.dropFirst().first.map(Secret.init))
        #expect(verification.mayHaveIssued(tokens) == row.isCandidate)
    }
}
