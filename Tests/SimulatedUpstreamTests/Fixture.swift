import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import OAuth
import SimulatedUpstream
import Testing

/// A provider that stands still in time, with one person and a client of each kind.
struct Fixture {
    static let now = Date(timeIntervalSince1970: 1_790_000_000)
    static let baseURL = "http://upstream.example"
    static let callback = "http://broker.example/login/pool/callback"

    static let person = SimulatedPerson(
        userName: "zuzana", password: "correct horse", subject: "6f1c7a52-9d3b-4f0e-8a61-2f6f6d1f4b11",
        email: "zuzana@city.example", name: "Zuzana Kováčová", groups: ["residents"])
    static let reusable = SimulatedClient(
        id: "front-end", redirectURIs: [callback], logoutURIs: ["http://broker.example/signed-out"])
    static let rotating = SimulatedClient(id: "rotating", refreshTokens: .rotating)
    static let secretive = SimulatedClient(id: "secretive", secret: "pool-secret")
    static let openID = SimulatedClient(
        id: "broker", secret: "s3cret/+", face: .openID, redirectURIs: [callback], refreshTokens: .rotating)

    let provider: SimulatedProvider

    init() throws {
        let count = Counter()
        var configuration = ProviderConfiguration(
            people: [Fixture.person],
            clients: [Fixture.reusable, Fixture.rotating, Fixture.secretive, Fixture.openID],
            logger: Logger(label: "upstream", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: { Fixture.now }, randomness: { count.bytes($0) })
        configuration.baseURL = Fixture.baseURL
        configuration.gitHub = GitHubConfiguration(
            applications: [
                GitHubApplication(
                    clientID: "Iv1.city", secret: "s3cret/+", callback: Fixture.callback, tokens: .expiring)
            ],
            accounts: [
                GitHubAccount(
                    id: 583_231, login: "jana-n", password: "correct horse", name: "Jana Nováková",
                    addresses: [.init("jana@city.example")], organizations: ["city", "library"],
                    teams: ["city/admins"])
            ])
        provider = try SimulatedProvider(configuration)
    }

    /// Runs `test` against the provider's routes.
    func test<Value>(_ test: @Sendable (any TestClientProtocol) async throws -> Value) async throws -> Value {
        try await Application(router: provider.buildRouter()).test(.router, test)
    }
}

extension TestClientProtocol {
    /// Asks the Cognito API for `operation`.
    func cognito(_ operation: String, _ members: JSONValue) async throws -> (HTTPResponse.Status, JSONValue) {
        let response = try await executeRequest(
            uri: "/", method: .post,
            headers: [
                .contentType: "application/x-amz-json-1.1",
                try #require(HTTPField.Name("X-Amz-Target")): "AWSCognitoIdentityProviderService.\(operation)",
            ],
            body: ByteBuffer(bytes: try JSONEncoder().encode(members)))
        #expect(response.headers[.contentType] == "application/x-amz-json-1.1")
        return (response.status, try response.json())
    }

    /// Posts a form.
    func post(
        _ path: String, _ fields: [(name: String, value: String)], authorization: String? = nil
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        headers[.authorization] = authorization
        return try await executeRequest(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: FormFields.encode(fields)))
    }

    /// Gets a page.
    func get(_ path: String, cookie: String? = nil, authorization: String? = nil) async throws -> TestResponse {
        var headers = HTTPFields()
        headers[.cookie] = cookie
        headers[.authorization] = authorization
        return try await executeRequest(uri: path, method: .get, headers: headers, body: nil)
    }

    /// Logs in at the API with the right password.
    func logIn(_ clientID: String) async throws -> JSONValue {
        let (status, answer) = try await cognito(
            "InitiateAuth", .passwordLogin(clientID, password: Fixture.person.password))
        #expect(status == .ok)
        return try #require(answer["AuthenticationResult"])
    }
}

extension TestResponse {
    func json() throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView))
    }

    /// The fields of the query of `Location`.
    func redirectFields() throws -> FormFields {
        let location = try #require(headers[.location])
        return FormFields(String(location.split(separator: "?", maxSplits: 1).last ?? ""))
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? { object?[name] }

    static func passwordLogin(_ clientID: String, password: String, more: [String: String] = [:]) -> JSONValue {
        let parameters = ["USERNAME": "zuzana", "PASSWORD": password].merging(more) { _, new in new }
        return .object([
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": .string(clientID),
            "AuthParameters": .object(parameters.mapValues(JSONValue.string)),
        ])
    }
}
