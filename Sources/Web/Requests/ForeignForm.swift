import Broker
import Hummingbird
import NIOCore
import OAuth

extension WebEnvironment {
    /// Whether a POST comes from another site, whose origin browsers name: it arrives without Lax cookies.
    func isFromElsewhere(_ request: Request) -> Bool {
        request.value(of: .origin).map { $0 != issuer.origin.value } ?? false
    }
}

/// A form of another site, to be sent again as a GET, which has the cookies.
enum ForeignForm {
    /// Longest query that a browser is sent back with, in bytes.
    private static let maximumQueryLength = 8192

    /// `form` as a query; nil if it is too long for one, or holds what does not belong into a URL.
    static func query(_ form: ByteBuffer) -> String? {
        let text = String(buffer: form)
        let isQuery = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~%+=&*:/".utf8.contains(byte)
            }
        }
        return isQuery && text.utf8.count <= maximumQueryLength ? text : nil
    }
}
