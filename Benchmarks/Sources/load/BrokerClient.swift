import Foundation

/// A registered client and the people's browsers, on one connection. Every answer is checked.
struct BrokerClient {
    struct Tokens: Decodable, Sendable {
        let accessToken: String
        let refreshToken: String
        let idToken: String?
    }

    private struct Claims: Decodable {
        let sub: String
    }

    private let client: Plan.Client
    private let connection: HTTPConnection
    private let decoder: JSONDecoder
    private let isIDTokenDue: Bool

    init(_ client: Plan.Client, on connection: HTTPConnection) {
        self.client = client
        self.connection = connection
        decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        isIDTokenDue = client.scope.split(separator: "+").contains("openid")
    }

    /// `/oauth2/authorize` with the person's session: the code.
    func authorize(_ person: Plan.Person) throws -> String {
        let answer = try connection.exchange(
            """
            GET /oauth2/authorize?response_type=code&client_id=\(client.id)&redirect_uri=\(client.redirectURI)\
            &scope=\(client.scope)&state=st-4f1d7c&nonce=no-83ab1e&code_challenge=\(client.challenge)\
            &code_challenge_method=S256 HTTP/1.1\r
            Host: localhost\r
            Cookie: \(person.cookie)\r
            \r

            """)
        guard answer.status == 303, let location = answer.field("location"),
            let query = location.split(separator: "?").last, location.contains("state=st-4f1d7c"),
            let code = query.split(separator: "&").first(where: { $0.hasPrefix("code=") })?.dropFirst(5)
        else { throw mismatch("authorize", answer) }
        return String(code)
    }

    /// `/oauth2/token` with a code.
    func redeem(_ code: String) throws -> Tokens {
        let tokens = try tokens(
            "redeem",
            "grant_type=authorization_code&code=\(code)&redirect_uri=\(client.redirectURI)"
                + "&code_verifier=\(client.verifier)")
        guard (tokens.idToken != nil) == isIDTokenDue else { throw Mismatch("redeem: the ID token is wrong") }
        return tokens
    }

    /// `/oauth2/token` with a refresh token.
    func refresh(_ token: String) throws -> Tokens {
        let tokens = try tokens("refresh", "grant_type=refresh_token&refresh_token=\(token)")
        guard tokens.refreshToken != token else { throw Mismatch("refresh: the same token again") }
        return tokens
    }

    private func tokens(_ step: String, _ form: String) throws -> Tokens {
        let answer = try connection.exchange(
            """
            POST /oauth2/token HTTP/1.1\r
            Host: localhost\r
            Authorization: \(client.authorization)\r
            Content-Type: application/x-www-form-urlencoded\r
            Content-Length: \(form.utf8.count)\r
            \r
            \(form)
            """)
        guard answer.status == 200, let tokens = try? decoder.decode(Tokens.self, from: Data(answer.body)) else {
            throw mismatch(step, answer)
        }
        return tokens
    }

    /// `/oauth2/userinfo`, which must be about `person`.
    func userInfo(_ accessToken: String, of person: Plan.Person) throws {
        let answer = try connection.exchange(
            """
            GET /oauth2/userinfo HTTP/1.1\r
            Host: localhost\r
            Authorization: Bearer \(accessToken)\r
            \r

            """)
        guard answer.status == 200, let claims = try? decoder.decode(Claims.self, from: Data(answer.body)),
            claims.sub == person.subject
        else { throw mismatch("userinfo", answer) }
    }

    private func mismatch(_ step: String, _ answer: Answer) -> Mismatch {
        Mismatch("\(step): \(answer.status) \(String(decoding: answer.body.prefix(300), as: UTF8.self))")
    }
}
