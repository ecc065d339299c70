import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OAuth

extension Response {
    /// A JSON answer that no cache may keep (RFC 6749 §5.1).
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, caching: Caching = .noStore
    ) throws -> Response {
        json(ByteBuffer(bytes: try JSONEncoder.wire.encode(value)), status: status, caching: caching)
    }

    /// A JSON answer that no cache may keep, of a value that writes itself.
    static func json(_ value: some JSONWritable) -> Response {
        json(ByteBuffer(bytes: value.json), status: .ok, caching: .noStore)
    }

    private static func json(_ body: ByteBuffer, status: HTTPResponse.Status, caching: Caching) -> Response {
        Response(status: status, headers: caching.jsonHeaders, body: ResponseBody(byteBuffer: body))
    }

    /// Whether an answer may be kept.
    enum Caching: Sendable {
        case noStore
        /// Public documents: short, so that a new signing key is seen soon.
        case minutes

        /// Made once, because of a field that is made every character is looked at.
        fileprivate var jsonHeaders: HTTPFields {
            switch self {
            case .noStore: Self.unkept
            case .minutes: Self.kept
            }
        }

        private static let unkept: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store", .pragma: "no-cache",
        ]
        private static let kept: HTTPFields = [.contentType: "application/json", .cacheControl: "public, max-age=300"]
    }
}

extension HTTPField.Name {
    static let pragma = HTTPField.Name("Pragma") ?? .cacheControl
}

extension JSONEncoder {
    /// Slashes stay as they are: URLs are easier to read, and the JSON means the same.
    static let wire: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return encoder
    }()
}
