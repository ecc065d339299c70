import FoundationEssentials

/// Claims about a person, of whatever shape, to check and to show.
struct Claims: Decodable, Sendable {
    private let members: [String: ClaimValue]

    init(from decoder: any Decoder) throws {
        members = try decoder.singleValueContainer().decode([String: ClaimValue].self)
    }

    /// Decodes the claims of a JWT without verifying its signature.
    ///
    /// A service may do so with an ID token that came straight from the token endpoint (OIDC Core §3.1.3.7, 6);
    /// in the demo the connection is loopback instead of TLS.
    init?(ofToken token: String) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Encoding.bytes(base64URL: parts[1]),
            let claims = try? JSONDecoder().decode(Claims.self, from: bytes)
        else { return nil }
        self = claims
    }

    subscript(name: String) -> ClaimValue? { members[name] }

    /// Name and text of every claim, in alphabetical order.
    var rows: [(name: String, text: String)] {
        members.sorted { $0.key < $1.key }.map { name, value in
            switch (name, value) {
            case ("exp", .number(let seconds)), ("iat", .number(let seconds)), ("auth_time", .number(let seconds)),
                ("updated_at", .number(let seconds)):
                (name, Date(timeIntervalSince1970: seconds).formatted(.iso8601))
            case (_, let value):
                (name, value.text)
            }
        }
    }
}

/// The value of a claim.
indirect enum ClaimValue: Decodable, Sendable, Hashable {
    case null
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([ClaimValue])
    case members([String: ClaimValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .truth(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([ClaimValue].self) {
            self = .list(value)
        } else {
            self = .members(try container.decode([String: ClaimValue].self))
        }
    }

    /// The value in words.
    var text: String {
        switch self {
        case .null: "none"
        case .truth(let value): value ? "true" : "false"
        case .number(let value): Int(exactly: value).map(String.init) ?? String(value)
        case .text(let value): value
        case .list(let values): values.map(\.text).joined(separator: ", ")
        case .members(let values):
            values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ")
        }
    }

    /// Whether this is `text`, or a list that holds it, as `aud` may be (RFC 7519 §4.1.3).
    func names(_ text: String) -> Bool {
        switch self {
        case .text(let value): value == text
        case .list(let values): values.contains(.text(text))
        case .null, .truth, .number, .members: false
        }
    }
}
