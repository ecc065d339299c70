import BrokerTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import OAuth
import Synchronization
import Testing

/// Somebody who sends requests and keeps cookies; redirects are looked at, not followed.
final class Visitor: Sendable {
    private let client: any TestClientProtocol
    private let clock: StoppedClock
    private let jar = Mutex<[String: String]>([:])

    init(_ client: any TestClientProtocol, clock: StoppedClock) {
        self.client = client
        self.clock = clock
    }

    /// Another browser at the same broker.
    func stranger() -> Visitor { Visitor(client, clock: clock) }

    var cookies: [String: String] { jar.withLock { $0 } }

    /// Sends one request with this visitor's cookies, and keeps what comes back.
    @discardableResult
    func send(
        _ method: HTTPRequest.Method, _ uri: String, headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        clock.advance(by: 1)
        var headers = headers
        let cookies = jar.withLock { $0.map { "\($0.key)=\($0.value)" } }.sorted().joined(separator: "; ")
        if headers[.cookie] == nil, !cookies.isEmpty { headers[.cookie] = cookies }
        let response = try await client.execute(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        for field in response.headers[values: .setCookie] { keep(field) }
        return response
    }

    func get(_ uri: String, accept: String = "text/html") async throws -> TestResponse {
        try await send(.get, uri, headers: [.accept: accept])
    }

    /// Sends a form.
    func post(
        _ uri: String, _ fields: [(name: String, value: String)], headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        if headers[.accept] == nil { headers[.accept] = "text/html" }
        return try await send(.post, uri, headers: headers, body: FormEncoding.encode(fields))
    }

    /// Sends a request without any cookie, as a browser does from another site.
    func crossSite(
        _ method: HTTPRequest.Method, _ uri: String, headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        try await client.execute(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    }

    private func keep(_ field: String) {
        let parts = field.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        let pair = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        jar.withLock { $0[pair[0]] = parts.contains("Max-Age=0") ? nil : pair[1] }
    }
}

extension Visitor {
    /// Begins `request` and returns the payload that came with the answer's location.
    func authorize(_ request: SampleRequest) async throws -> String {
        let response = try await get("/oauth2/authorize?" + request.encoded)
        return try #require(try response.query["payload"], "No payload, but \(response.head)")
    }

    /// Types Anna's name and password.
    func logIn(_ payload: String) async throws -> TestResponse {
        try await post(
            "/login/local",
            [
                ("payload", payload), ("username", "anna"),
                ("password", BrokerFixture.password(of: .anna).reveal()),
            ])
    }

    /// Goes from `request` to its code through Anna's account, agreeing if asked.
    func code(for request: SampleRequest) async throws -> String {
        var response = try await logIn(try await authorize(request))
        if let location = response.headers[.location], location.hasPrefix("/consent?") {
            let page = try await get(location)
            response = try await post(
                "/consent",
                [
                    ("payload", try #require(page.field("payload"))), ("csrf", try #require(page.field("csrf"))),
                    ("decision", "allow"),
                ])
        }
        return try #require(try response.query["code"], "No code, but \(response.head)")
    }

    /// Redeems `code` for `client`.
    func redeem(_ code: String, as client: Client) async throws -> TestResponse {
        var fields = [
            (name: "grant_type", value: "authorization_code"), ("code", code), ("client_id", client.id.rawValue),
            ("redirect_uri", client.redirectURIs.first?.value ?? ""),
            ("code_verifier", Fixtures.verifier.secret.reveal()),
        ]
        if !client.isPublic { fields.append(("client_secret", BrokerFixture.secret(of: client.id).reveal())) }
        return try await post("/oauth2/token", fields)
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// The body as a JSON object.
    var json: [String: JSONValue] {
        get throws { try JSONDecoder().decode([String: JSONValue].self, from: Data(body.readableBytesView)) }
    }

    /// The parameters of the address this answer leads to.
    var query: [String: String] {
        get throws {
            let location = try #require(headers[.location], "No location, but \(head)")
            let items = URLComponents(string: location)?.queryItems ?? []
            return Dictionary(items.map { ($0.name, $0.value ?? "") }) { _, last in last }
        }
    }

    /// The value of the page's hidden field `name`.
    func field(_ name: String) -> String? {
        guard let range = text.range(of: "name=\"\(name)\" value=\"") else { return nil }
        return String(text[range.upperBound...].prefix { $0 != "\"" })
    }

    /// The attributes of the cookie `name` as it was set, its value left out.
    func cookieAttributes(_ name: String) -> Set<String>? {
        headers[values: .setCookie].first { $0.hasPrefix(name + "=") }.map { field in
            Set(field.split(separator: ";").dropFirst().map { $0.trimmingCharacters(in: .whitespaces) })
        }
    }
}
