/// A redirect URI that a client presented and that was found registered for it.
///
/// Only this type can carry a browser away from the broker (RFC 9700 §4.1.3).
package struct RegisteredRedirect: Hashable, Sendable {
    /// The URI as presented, which is where the browser goes.
    package let value: String

    /// Finds `presented` among the URIs registered for `client`; `nil` if it is not one of them.
    package init?(_ presented: String, of client: Client) {
        guard client.redirectURIs.contains(where: { $0.matches(presented) }) else { return nil }
        value = presented
    }

    /// Takes back a redirect that was matched before it was stored with its code.
    package init(stored value: String) {
        self.value = value
    }

    /// Whether a browser can post a form there: an app's own scheme takes none.
    package var isOnTheWeb: Bool { value.hasPrefix("https:") || value.hasPrefix("http:") }

    /// The URI with `parameters` added to its query (RFC 6749 §4.1.2), the existing query kept.
    package func appending(_ parameters: [(name: String, value: String)]) -> String {
        let query = FormEncoding.encode(parameters)
        guard value.utf8.span.contains(UInt8(ascii: "?")) else { return value + "?" + query }
        return value.hasSuffix("?") || value.hasSuffix("&") ? value + query : value + "&" + query
    }
}

/// Travels only inside a sealed payload or a stored code, so what is decoded was once matched.
extension RegisteredRedirect: Codable {
    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
