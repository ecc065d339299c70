import Crypto
import FoundationEssentials
import HummingbirdTesting
import NIOCore
import OAuth
import SimulatedUpstream
import Testing

/// The fields of an authorization request at the hosted pages.
struct AuthorizationFields: Sendable, CustomTestStringConvertible {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    static let good = AuthorizationFields(fields: [
        ("response_type", "code"), ("client_id", "broker"), ("redirect_uri", Fixture.callback),
        ("scope", "openid email"), ("state", "abc"), ("nonce", "n-0S6"),
        ("code_challenge", Base64URL.encode(SHA256.hash(data: Array(verifier.utf8)))),
        ("code_challenge_method", "S256"),
    ])

    private let fields: [(name: String, value: String)]

    var path: String { "/oauth2/authorize?" + FormFields.encode(fields) }
    var testDescription: String { FormFields.encode(fields) }

    func with(_ name: String, _ value: String) -> AuthorizationFields { without(name).adding(name, value) }

    func without(_ name: String) -> AuthorizationFields {
        AuthorizationFields(fields: fields.filter { $0.name != name })
    }

    func adding(_ name: String, _ value: String) -> AuthorizationFields {
        AuthorizationFields(fields: fields + [(name, value)])
    }
}

extension TestClientProtocol {
    /// Logs in at the hosted page and returns what came back to the client's redirect URI.
    func hostedLogin(_ fields: AuthorizationFields) async throws -> FormFields {
        let page = try await get(fields.path)
        return try await post(
            "/login",
            [
                ("interaction", try page.interaction()), ("username", "zuzana@city.example"),
                ("password", "correct horse"),
            ]
        ).redirectFields()
    }

    /// Redeems `code` as the client `broker`, with `changes` to the form.
    func redeem(_ code: String, changes: [(String, String)] = []) async throws -> TestResponse {
        var form = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Fixture.callback,
            "code_verifier": AuthorizationFields.verifier,
        ]
        for (name, value) in changes { form[name] = value }
        let credential = Data("broker:s3cret%2F%2B".utf8).base64EncodedString()
        return try await post(
            "/oauth2/token", form.map { ($0.key, $0.value) }, authorization: "Basic \(credential)")
    }
}

extension TestResponse {
    /// The hidden field of the login form.
    func interaction() throws -> String {
        let html = String(buffer: body)
        let marker = #"name="interaction" value=""#
        let parts = html.split(separator: marker, maxSplits: 1)
        try #require(parts.count == 2)
        return String(parts[1].prefix { $0 != "\"" })
    }
}
