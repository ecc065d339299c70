package import Broker
import OAuth

/// The cookies by name. On https they carry the `__Host-` prefix, which no subdomain and no plain http can forge
/// (RFC 6265bis §4.1.3.2); on loopback http browsers would refuse it.
package struct CookieNames: Sendable {
    package let browser: String
    package let session: String
    /// Carries a browser over a provider's logout and back.
    package let departure: String
    /// The language a person chose on a page; the one cookie that is no secret.
    let language: String
    private let attributes: String

    package init(_ transport: Issuer.Transport) {
        switch transport {
        case .https:
            browser = "__Host-drawbridge-browser"
            session = "__Host-drawbridge-session"
            departure = "__Host-drawbridge-logout"
            language = "__Host-drawbridge-language"
            attributes = "Path=/; HttpOnly; Secure; SameSite=Lax"
        case .loopbackHTTP:
            browser = "drawbridge-browser"
            session = "drawbridge-session"
            departure = "drawbridge-logout"
            language = "drawbridge-language"
            attributes = "Path=/; HttpOnly; SameSite=Lax"
        }
    }

    /// The `Set-Cookie` value for `change`.
    package func setCookie(_ change: CookieChange) -> String {
        switch change {
        case .bindBrowser(let secret):
            "\(browser)=\(secret.reveal()); \(attributes)"
        case .beginSession(let secret, .untilBrowserCloses):
            "\(session)=\(secret.reveal()); \(attributes)"
        case .beginSession(let secret, .seconds(let seconds)):
            "\(session)=\(secret.reveal()); Max-Age=\(seconds); \(attributes)"
        case .endSession:
            "\(session)=; Max-Age=0; \(attributes)"
        case .departForLogout(let sealed):
            "\(departure)=\(sealed.reveal()); Max-Age=\(UpstreamDepartures.lifetime); \(attributes)"
        case .endDeparture:
            "\(departure)=; Max-Age=0; \(attributes)"
        }
    }

    /// The `Set-Cookie` value that remembers a chosen language for a year.
    func setLanguage(_ language: Language) -> String {
        "\(self.language)=\(language.tag); Max-Age=31536000; \(attributes)"
    }

    /// The secret in cookie `name`; nil if it is missing, sent twice, or not one of ours.
    func secret(_ name: String, in headers: [String]) -> Secret? {
        guard let text = value(of: name, in: headers), Base64URL.decode(text)?.count == Bits256.byteCount else {
            return nil
        }
        return Secret(text)
    }

    /// The value of cookie `name` in the `Cookie` header fields; nil if it is missing or sent twice.
    func value(of name: String, in headers: [String]) -> String? {
        var found: String?
        for header in headers {
            let bytes = header.utf8.span
            for piece in bytes.pieces(between: UInt8(ascii: ";")) {
                let pair = bytes.extracting(piece)
                let start = pair.count(ofLeading: UInt8(ascii: " "))
                guard let end = pair.firstIndex(of: UInt8(ascii: "=")), start <= end,
                    pair.extracting(start..<end).constantTimeEquals(name.utf8.span)
                else { continue }
                guard found == nil, let value = pair.extracting((end + 1)...).text else { return nil }
                found = value
            }
        }
        return found
    }
}
