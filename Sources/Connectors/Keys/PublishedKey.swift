/// One key of a provider's JWKS document, as published (RFC 7517 §4); private parts are never read.
struct PublishedKey: Decodable, Sendable, Hashable {
    let kty: String
    let kid: String?
    let use: String?
    let alg: String?
    let crv: String?
    let n: String?
    let e: String?
    let x: String?
    let y: String?
    private let operations: [String]?

    private enum CodingKeys: String, CodingKey {
        case kty, kid, use, alg, crv, n, e, x, y
        case operations = "key_ops"
    }

    /// Whether this key is meant to verify signatures of `algorithm`.
    func fits(_ algorithm: UpstreamAlgorithm) -> Bool {
        guard use == nil || use == "sig", alg == nil || alg == algorithm.rawValue,
            operations?.contains("verify") ?? true
        else { return false }
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: return kty == "RSA"
        case .es256: return kty == "EC" && crv == "P-256"
        case .es384: return kty == "EC" && crv == "P-384"
        case .es512: return kty == "EC" && crv == "P-521"
        case .edDSA: return kty == "OKP" && crv == "Ed25519"
        }
    }
}

/// A provider's JWKS document (RFC 7517 §5). Keys that cannot be read are left out, as §5 asks.
struct PublishedKeys: Decodable, Sendable, Hashable {
    let keys: [PublishedKey]

    init(keys: [PublishedKey]) {
        self.keys = keys
    }

    private struct Readable: Decodable {
        let key: PublishedKey?

        init(from decoder: any Decoder) throws {
            key = try? PublishedKey(from: decoder)
        }
    }

    private enum CodingKeys: CodingKey { case keys }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        keys = try container.decode([Readable].self, forKey: .keys).compactMap(\.key)
    }

    /// Most keys that are tried for one token: checking a signature costs time.
    static let maximumCandidates = 4

    /// The keys that can have signed a token with this header, at most `limit`.
    ///
    /// Without `kid` that may be several: all are the provider's, so it does no harm to try them. Two keys of one name
    /// are a provider's mistake, and neither is used.
    func keys(
        for kid: String?, _ algorithm: UpstreamAlgorithm, atMost limit: Int = maximumCandidates
    ) -> [PublishedKey] {
        var fitting: [PublishedKey] = []
        for key in keys where key.fits(algorithm) && (kid == nil || key.kid == kid) && !fitting.contains(key) {
            fitting.append(key)
            // Enough to be tried, and to know that there are too many.
            if fitting.count == limit { break }
        }
        guard kid == nil || fitting.count == 1 else { return [] }
        return fitting
    }
}
