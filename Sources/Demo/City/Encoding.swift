import Crypto
import FoundationEssentials

/// The encodings an OAuth client needs.
enum Encoding {
    /// Base64url without padding (RFC 4648 §5).
    static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        let text = Data(bytes).base64EncodedString()
        return String(
            text.compactMap { character in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    /// Undoes ``base64URL(_:)``.
    static func bytes(base64URL text: some StringProtocol) -> Data? {
        let standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return Data(base64Encoded: String(standard) + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }

    /// The S256 code challenge of `verifier` (RFC 7636 §4.2).
    static func codeChallenge(of verifier: String) -> String {
        base64URL(SHA256.hash(data: Array(verifier.utf8)))
    }
}
