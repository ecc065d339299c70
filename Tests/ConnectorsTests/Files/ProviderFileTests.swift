import Crypto
import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: one file") struct ProviderFileTests {
    private static let key = P256.Signing.PrivateKey()
    private static let keyBytes = Base64URL.encode(key.rawRepresentation)
    static let environment = ["SECRET": "from-environment", "HOST": "id.example", "EMPTY": "", "KEY": keyBytes]
    /// The same key as a JWK.
    static let keyText = #"{"kty": "EC", "crv": "P-256", "d": "\#(keyBytes)"}"#
    private static let files = [
        "secret.txt": "from-file", "key.pem": key.pemRepresentation,
        "rsa.jwk": JSONValue.object(RSAJWK.members.mapValues(JSONValue.string)).text,
        "key.jwk": keyText,
    ]

    static func read(_ text: String, named name: String = "city.json") throws(ProviderFileProblem) -> ProviderFile {
        let placeholders = Placeholders(environment: environment) { (path) throws(ReferredFile.Flaw) in
            guard let text = files[path] else { throw .missing }
            return text
        }
        return try ProviderFile(Array(text.utf8), named: name, placeholders: placeholders)
    }

    static func definition(_ text: String) throws -> ProviderDefinition {
        guard case .usable(let definition) = try read(text) else { throw Unusable() }
        return definition
    }

    struct Unusable: Error {}

    /// A sound file with `more` members.
    static func oidc(_ more: String = "", secret: String = #""s""#) -> String {
        """
        {"id": "city", "type": "oidc", "name": "City", "issuer": "https://id.example",
         "client_id": "drawbridge", "client_secret": \(secret)\(more.isEmpty ? "" : ",\n \(more)")}
        """
    }

    static func settings(_ definition: ProviderDefinition) throws -> UpstreamSettings {
        switch definition.upstream {
        case .oidc(let settings, _): settings
        case .cognito(let pool): pool.upstream
        case .local, .oauth2, .gitHub, .facebook, .header: throw Unusable()
        }
    }

    @Test func `The shortest OpenID file gets the usual settings`() throws {
        let definition = try Self.definition(Self.oidc())
        let settings = try Self.settings(definition)
        #expect(definition.id.rawValue == "city")
        #expect(definition.kind == .oidc)
        #expect(definition.way == .broker)
        #expect(definition.activity == .enabled)
        #expect(definition.admission == AdmissionRule())
        #expect(settings.client == UpstreamClient(id: "drawbridge", authentication: .basic(Secret("s"))))
        #expect(settings.scope == Scope(["openid", "profile", "email"]))
        #expect(settings.algorithms == [.rs256, .ps256, .es256])
        #expect(settings.endpoints == NamedEndpoints())
    }

    @Test func `Every key is understood`() throws {
        let definition = try Self.definition(
            Self.oidc(
                """
                "$schema": "./schema.json", "token_endpoint_auth_method": "client_secret_post",
                "scopes": ["openid", "groups"], "login": "front_end", "enabled": false,
                "endpoints": {"jwks": "http://127.0.0.1:9/keys", "end_session": "https://id.example/out"},
                "allow": {"hosted_domains": ["City.example"], "email_domains": ["a.example", "b.example"]},
                "claims": {"department": "$.custom.department"}, "signing_algorithms": ["EdDSA"],
                "link_by_verified_email": false, "upstream_tokens": "release"
                """))
        let settings = try Self.settings(definition)
        #expect(definition.way == .frontEnd)
        #expect(definition.activity == .disabled)
        #expect(
            definition.admission
                == AdmissionRule(hostedDomains: ["city.example"], emailDomains: ["a.example", "b.example"]))
        #expect(settings.client.authentication == .post(Secret("s")))
        #expect(settings.endpoints.jwks?.url == "http://127.0.0.1:9/keys")
        #expect(settings.endpoints.endSession?.url == "https://id.example/out")
        #expect(settings.algorithms == [.edDSA])
        let said: [String: JSONValue] = ["custom": .object(["department": "parks"])]
        #expect(settings.claims.person(from: said).values == ["department": "parks"])
    }

    @Test(arguments: [("", TokenCustody.release), (#""upstream_tokens": "vault""#, .vault)])
    func `Upstream tokens stay only where the file says so`(more: String, custody: TokenCustody) throws {
        #expect(try Self.definition(Self.oidc(more.isEmpty ? #""enabled": true"# : more)).custody == custody)
    }

    @Test func `A pool needs no secret and is led by the front end`() throws {
        let text = """
            {"id": "city", "type": "cognito", "name": "City", "client_id": "app",
             "issuer": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Pool"}
            """
        let definition = try Self.definition(text)
        #expect(definition.way == .frontEnd)
        #expect(try Self.settings(definition).client.authentication == .none)
    }

    @Test(arguments: [
        (#""client_key": {"file": "key.pem"}"#, ProviderFileTests.isPrivateKey),
        (#""client_key": {"file": "key.jwk"}, "client_key_id": "k""#, isPrivateKey),
        (#""client_key": {"kty": "EC", "crv": "P-256", "d": "${KEY}"}"#, isPrivateKey),
        (#""token_endpoint_auth_method": "private_key_jwt", "client_key": {"file": "key.pem"}"#, isPrivateKey),
        (#""token_endpoint_auth_method": "none""#, isNone),
    ])
    func `A provider may know the broker by a key, or not at all`(
        more: String, expectation: @Sendable (UpstreamClient.Authentication) -> Bool
    ) throws {
        let text = """
            {"id": "city", "type": "oidc", "name": "City", "issuer": "https://id.example", "client_id": "a", \(more)}
            """
        #expect(expectation(try Self.settings(try Self.definition(text)).client.authentication))
    }

    private static let isPrivateKey: @Sendable (UpstreamClient.Authentication) -> Bool = {
        if case .privateKey = $0 { true } else { false }
    }
    private static let isNone: @Sendable (UpstreamClient.Authentication) -> Bool = { $0 == .none }

    @Test func `PKCE and the nonce can each be given up, but not both`() throws {
        let settings = try Self.settings(try Self.definition(Self.oidc(#""nonce": "if_present""#)))
        #expect(settings.nonce == .whereSaid)
        #expect(settings.proofKey == .s256)
        #expect(try Self.settings(try Self.definition(Self.oidc(#""pkce": "none""#))).proofKey == .none)
    }

    @Test(arguments: [
        (#""${SECRET}""#, "from-environment"), (#""a-${SECRET}-${HOST}""#, "a-from-environment-id.example"),
        (#"{"file": "secret.txt"}"#, "from-file"), (#""$SECRET""#, "$SECRET"), (#""\u0065\ud83d\ude00""#, "e😀"),
    ])
    func `A value comes from the environment or from a file`(secret: String, value: String) throws {
        let settings = try Self.settings(try Self.definition(Self.oidc(secret: secret)))
        #expect(settings.client.secret == Secret(value))
    }

    @Test(arguments: [
        (#""${MISSING}""#, "MISSING is not set (line 2, $.client_secret)"),
        (#""${EMPTY}""#, "EMPTY is not set (line 2, $.client_secret)"),
        (#"{"file": "gone.txt"}"#, "the file gone.txt is not there (line 2, $.client_secret)"),
    ])
    func `A secret that is not set makes the provider unusable, and says why`(secret: String, reason: String) throws {
        let file = try Self.read(Self.oidc(secret: secret))
        guard case .unusable(let heading, let said) = file else {
            Issue.record("usable: \(file)")
            return
        }
        #expect(heading.name == "City")
        #expect(said == reason)
    }

    @Test func `An address that is not set is not a broken file either`() throws {
        let text = Self.oidc().replacing("https://id.example", with: "${MISSING}")
        #expect(throws: Never.self) { try Self.read(text) }
        guard case .unusable(_, "MISSING is not set (line 1, $.issuer)") = try Self.read(text) else {
            Issue.record("the missing issuer was not noticed")
            return
        }
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let line: Int?
        let key: String?
        let reason: ProviderFileProblem.Reason

        init(
            _ description: String, _ text: String, line: Int? = 3, key: String? = nil,
            _ reason: ProviderFileProblem.Reason
        ) {
            (testDescription, self.text, self.line, self.key, self.reason) = (description, text, line, key, reason)
        }
    }

    @Test(arguments: [
        Broken("not JSON", "{\n\"id\": city}", line: 2, .syntax(expected: "a value")),
        Broken("text after the end", "{}\n\n}", line: 3, .syntax(expected: "the end of the file")),
        Broken("a comma too many", "{\n\"id\": \"city\",\n}", line: 3, .syntax(expected: "a name in quotes")),
        Broken(
            "nested too deep", String(repeating: "[", count: 20_000), line: 1, .syntax(expected: "less deep nesting")),
        Broken("too long", String(repeating: " ", count: 70_000), line: nil, .tooLong),
        Broken("a list", "[]", line: 1, key: "$", .wrongType(expected: "an object", found: "a list")),
        Broken("no id", #"{"type": "oidc", "name": "City"}"#, line: 1, key: "$.id", .missingKey),
        Broken("no type", #"{"id": "city", "name": "City"}"#, line: 1, key: "$.type", .missingKey),
        Broken("no name", #"{"id": "city", "type": "oidc"}"#, line: 1, key: "$.name", .missingKey),
        Broken(
            "unknown type", #"{"id": "city", "type": "saml", "name": "City"}"#, line: 1, key: "$.type",
            .badValue(expected: ProviderKind.allCases.map(\.rawValue).joined(separator: " or "))),
        Broken(
            "an upper-case id", #"{"id": "City", "type": "oidc", "name": "City"}"#, line: 1, key: "$.id",
            .badValue(expected: "1 to 64 lower-case letters, digits, - or _, beginning with a letter or digit")),
        Broken(
            "local under another name", #"{"id": "city", "type": "local", "name": "City"}"#, line: 1, key: "$.type",
            .badValue(expected: "local in the file local.json and nowhere else")),
        Broken("unknown key", oidc(#""colour": "x""#), key: "$.colour", .unknownKey(suggestion: nil)),
        Broken("misspelt key", oidc(#""clientid": "x""#), key: "$.clientid", .unknownKey(suggestion: "client_id")),
        Broken("upper-case key", oidc(#""Scopes": []"#), key: "$.Scopes", .unknownKey(suggestion: "scopes")),
        Broken(
            "misplaced key", oidc(#""email_domains": []"#), key: "$.email_domains",
            .unknownKey(suggestion: "allow.email_domains")),
        Broken(
            "a misspelt name is not reported as missing", #"{"id": "city", "type": "oidc", "nmae": "City"}"#, line: 1,
            key: "$.nmae", .unknownKey(suggestion: "name")),
        Broken(
            "a key of another type", #"{"id": "local", "type": "local", "name": "L", "issuer": "https://a.example"}"#,
            line: 1, key: "$.issuer", .unknownKey(suggestion: nil)),
        Broken(
            "a key that is there twice further in",
            oidc(
                #""allow": {"email_domains": ["a.example"],\n"email_domains": []}"#
                    .replacing("\\n", with: "\n")), line: 4, key: "$.allow.email_domains", .repeatedKey),
        Broken(
            "a placeholder that does not end", oidc(secret: #""${SECRET""#), line: 2, key: "$.client_secret",
            .badValue(expected: "written with ${NAME} where it has a ${")),
        Broken(
            "a placeholder that is no name", oidc(secret: #""${A B}""#), line: 2, key: "$.client_secret",
            .badValue(expected: "written with ${NAME} where it has a ${")),
        Broken("repeated key", oidc(#""name": "Other""#), key: "$.name", .repeatedKey),
        Broken(
            "wrong type", oidc(#""scopes": "openid""#), key: "$.scopes",
            .wrongType(expected: "a list", found: "text")),
        Broken(
            "wrong type in a list", oidc(#""scopes": ["openid", 1]"#), key: "$.scopes[1]",
            .wrongType(expected: "text", found: "a number")),
        Broken(
            "a switch in quotes", oidc(#""enabled": "false""#), key: "$.enabled",
            .wrongType(expected: "true or false", found: "text")),
        Broken(
            "no openid scope", oidc(#""scopes": ["email"]"#), key: "$.scopes",
            .badValue(expected: "a list that includes openid")),
        Broken(
            "plain http", oidc(#""endpoints": {"token": "http://id.example/token"}"#), key: "$.endpoints.token",
            .address(.insecure)),
        Broken(
            "a file for an address", oidc(#""endpoints": {"token": "file:///etc/passwd"}"#), key: "$.endpoints.token",
            .address(.malformed)),
        Broken(
            "unknown endpoint", oidc(#""endpoints": {"tokens": "https://id.example"}"#), key: "$.endpoints.tokens",
            .unknownKey(suggestion: "token")),
        Broken(
            "unknown admission rule", oidc(#""allow": {"planets": []}"#), key: "$.allow.planets",
            .unknownKey(suggestion: nil)),
        Broken(
            "an empty list of domains", oidc(#""allow": {"email_domains": []}"#), key: "$.allow.email_domains",
            .badValue(expected: "a list of domains such as city.example")),
        Broken(
            "an address for a domain", oidc(#""allow": {"email_domains": ["a@b.example"]}"#),
            key: "$.allow.email_domains", .badValue(expected: "a list of domains such as city.example")),
        Broken(
            "a claim without a path", oidc(#""claims": {"role": "admin"}"#), key: "$.claims.role",
            .badValue(expected: "a path such as $.custom.department or $['custom:department']")),
        Broken(
            "a claim of the broker's own", oidc(#""claims": {"sub": "$.email"}"#), key: "$.claims.sub",
            .badValue(expected: "left out: this claim is the broker's own")),
        Broken(
            "HMAC", oidc(#""signing_algorithms": ["HS256"]"#), key: "$.signing_algorithms",
            .badValue(
                expected: "a list of some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA")),
        Broken(
            "unknown authentication", oidc(#""token_endpoint_auth_method": "tls_client_auth""#),
            key: "$.token_endpoint_auth_method",
            .badValue(expected: "none or client_secret_basic or client_secret_post or private_key_jwt")),
        Broken(
            "a secret for nothing", oidc(#""token_endpoint_auth_method": "none""#), line: 2, key: "$.client_secret",
            .badValue(expected: "left out where the method is none")),
        Broken(
            "a secret beside a key", oidc(#""client_key": {"file": "key.pem"}"#), line: 2, key: "$.client_secret",
            .badValue(expected: "left out where the method is private_key_jwt")),
        Broken(
            "a key for nothing",
            oidc(#""client_key": {"file": "key.pem"}, "token_endpoint_auth_method": "client_secret_post""#),
            key: "$.client_key", .badValue(expected: "left out where the method is not private_key_jwt")),
        Broken(
            "a key that is none", oidc(#""client_key": "s3cret""#), key: "$.client_key",
            .badValue(expected: "a private key, as PEM or JWK")),
        Broken(
            "a key of another curve", oidc(#""client_key": {"kty": "EC", "crv": "P-521", "d": "AA"}"#),
            key: "$.client_key", .badValue(expected: "a P-256 key, or an RSA key of at least 2048 bits")),
        Broken(
            "neither PKCE nor a nonce", oidc(#""pkce": "none", "nonce": "if_present""#), key: "$.pkce",
            .badValue(expected: "S256 where the nonce may be missing")),
        Broken(
            "an empty secret", oidc(secret: #""""#), line: 2, key: "$.client_secret",
            .badValue(expected: "text that is not empty")),
        Broken(
            "another custody", oidc(#""upstream_tokens": "keep""#), key: "$.upstream_tokens",
            .badValue(expected: "release or vault")),
        Broken(
            "an issuer on http", #"{"id": "city", "type": "oidc", "name": "City", "issuer": "http://id.example"}"#,
            line: 1, key: "$.issuer", .address(.insecure)),
        Broken(
            "no issuer", #"{"id": "city", "type": "oidc", "name": "City", "client_id": "a", "client_secret": "b"}"#,
            line: 1, key: "$.issuer", .missingKey),
        Broken(
            "no secret",
            #"{"id": "city", "type": "oidc", "name": "City", "issuer": "https://id.example", "client_id": "a"}"#,
            line: 1, key: "$.client_secret", .missingKey),
    ])
    func `What is wrong is named with its line and key`(broken: Broken) throws {
        let problem = #expect(throws: ProviderFileProblem.self) { try Self.read(broken.text) }
        #expect(
            problem
                == ProviderFileProblem(file: "city.json", line: broken.line, key: broken.key, reason: broken.reason))
    }

    @Test func `A problem reads as a sentence`() {
        let problem = ProviderFileProblem(
            file: "city.json", line: 3, key: "$.scopes", reason: .wrongType(expected: "a list", found: "text"))
        #expect("\(problem)" == "city.json, line 3, $.scopes: should be a list, not text")
    }
}
