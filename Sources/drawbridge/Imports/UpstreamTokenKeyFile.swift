import Foundation
import OAuth

/// The file of `--upstream-token-key`: a symmetric JWK (RFC 7518 §6.4), or its 32 bytes alone, as text.
enum UpstreamTokenKeyFile {
    /// Longest file, in bytes.
    private static let maximumLength = 4096

    /// Reads the file at `path`; whether there are 32 bytes is checked with the registration.
    static func read(_ path: String) throws -> UpstreamTokenRegistration {
        let content: Data
        do {
            content = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Complaint("the file \(path) cannot be read")
        }
        guard content.count <= maximumLength, let text = String(data: content, encoding: .utf8) else {
            throw Complaint("the file \(path) holds no key of 32 bytes")
        }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard trimmed.hasPrefix("{") else {
            return UpstreamTokenRegistration(keyID: nil, key: Secret(trimmed))
        }
        guard let members = try? UntrustedJSON.decode([String: JSONValue].self, from: content),
            members["kty"]?.string == "oct", let key = members["k"]?.string
        else { throw Complaint("the file \(path) is not a JWK of kty oct") }
        return UpstreamTokenRegistration(keyID: members["kid"]?.string, key: Secret(key))
    }
}
