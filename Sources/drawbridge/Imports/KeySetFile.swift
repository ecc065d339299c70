import Foundation
import OAuth

/// The file of `--jwks`: a JWK set (RFC 7517 §5).
enum KeySetFile {
    /// Longest file, in bytes.
    private static let maximumLength = 256 << 10

    /// Reads the file at `path`; what its keys are is checked with the registration.
    static func read(_ path: String) throws -> JSONValue {
        let content: Data
        do {
            content = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Complaint("the file \(path) cannot be read")
        }
        guard content.count <= maximumLength, let document = try? UntrustedJSON.decode(JSONValue.self, from: content)
        else { throw Complaint("the file \(path) is not a JWK set") }
        return document
    }
}
