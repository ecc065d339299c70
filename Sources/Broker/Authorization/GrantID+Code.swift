import Crypto
import OAuth

extension GrantID {
    /// The grant that a code becomes: named by the code's hash, so that a code shown again after its row is long gone
    /// still tells which grant to revoke (RFC 9700 §2.1.1). The code cannot be found from it.
    init(ofCode digest: HandleDigest) {
        let name = SHA256.hash(data: Array("drawbridge grant".utf8) + digest.bytes)
        self.init(rawValue: Base64URL.encode(Array(name.byteArray.prefix(Bits128.byteCount))))
    }
}
