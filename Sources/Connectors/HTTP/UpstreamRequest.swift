package import OAuth

/// One request to a provider.
package struct UpstreamRequest: Sendable {
    /// What the request carries, which also decides its method: nothing is a GET, what names none is a POST.
    package enum Content: Sendable {
        case nothing
        case form([(name: String, value: String)])
        case json(JSONMethod, [UInt8])
        /// A call of an AWS JSON 1.1 API.
        case amazonJSON(target: String, [UInt8])
    }

    /// Methods that carry JSON.
    package enum JSONMethod: String, Sendable {
        case post = "POST"
        case delete = "DELETE"
    }

    /// How the request proves who asks.
    package enum Authorization: Sendable {
        case none
        /// RFC 7617; name and password are already encoded as the endpoint wants them.
        case basic(name: String, password: Secret)
        /// RFC 6750 §2.1.
        case bearer(Secret, of: TokenOwner)
    }

    /// Whose a bearer token is, and thereby whose doing an answer such as 429 can be.
    package enum TokenOwner: Sendable, Hashable {
        case broker
        /// One person's: how often it may be used is between that person and the provider.
        case person
    }

    package let endpoint: UpstreamEndpoint
    package let content: Content
    package let authorization: Authorization
    /// Longest answer that is read, in bytes.
    package let limit: Int

    /// Longest answer unless a request says otherwise: one mebibyte.
    package static let usualLimit = 1 << 20

    /// Longest answer about one person, in bytes, as long as an ID token may be: it is kept, and passed on to services.
    static let personLimit = CompactJWS.maximumLength

    package init(
        _ endpoint: UpstreamEndpoint, content: Content = .nothing, authorization: Authorization = .none,
        limit: Int = UpstreamRequest.usualLimit
    ) {
        self.endpoint = endpoint
        self.content = content
        self.authorization = authorization
        self.limit = limit
    }
}

extension UpstreamRequest: CustomStringConvertible, CustomReflectable {
    /// The address without its query: all that a log may show.
    package var description: String { "\(endpoint)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A provider's whole answer.
package struct UpstreamResponse: Sendable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Whether a provider answers, as far as the last requests to it tell.
package enum UpstreamAvailability: Sendable, Hashable {
    case available
    /// It has failed several times in a row, and is left alone for a while.
    case unavailable
}

/// Whatever carries requests to a provider and answers back.
package protocol UpstreamTransport: Sendable {
    /// Whether a request would be made at all.
    var availability: UpstreamAvailability { get }

    /// The answer, whatever its status; redirects are answers too and not followed.
    ///
    /// Throws ``ConnectorError/unavailable(cause:)`` where there is no whole answer in time and in bounds.
    func send(_ request: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse
}

extension UpstreamTransport {
    package var availability: UpstreamAvailability { .available }
}
