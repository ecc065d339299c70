import Broker
import HTTPTypes
import Hummingbird

/// Headers that every answer carries, whatever made it, unless it has the same ones of its own.
struct SecurityHeaders: Sendable {
    private let fields: [HTTPField]

    init(_ transport: Issuer.Transport) {
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

    func add(to response: inout Response) {
        for field in fields where !response.headers.contains(field.name) { response.headers.append(field) }
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .eTag
}
