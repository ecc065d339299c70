package import Broker
import HTTPTypes
package import Hummingbird

/// Headers that every answer carries, whatever made it, unless it has the same ones of its own.
package struct SecurityHeaders: Sendable {
    private let fields: [HTTPField]

    /// Those for an issuer that browsers reach over `transport`.
    package init(_ transport: Issuer.Transport) {
        let always = [
            HTTPField(name: .xContentTypeOptions, value: "nosniff"),
            // A redirect must not carry the payload in its URL on to the next site (RFC 9700 §4.2.4).
            HTTPField(name: .referrerPolicy, value: "no-referrer"),
            HTTPField(name: .contentSecurityPolicy, value: "default-src 'none'; frame-ancestors 'none'"),
        ]
        switch transport {
        case .https: fields = always + [HTTPField(name: .strictTransportSecurity, value: "max-age=31536000")]
        case .loopbackHTTP: fields = always
        }
    }

    /// Adds to `response` what it does not have yet.
    package func add(to response: inout Response) {
        for field in fields where !response.headers.contains(field.name) { response.headers.append(field) }
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .eTag
}
