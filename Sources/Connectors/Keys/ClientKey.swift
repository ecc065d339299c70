import Crypto
import CryptoExtras
import FoundationEssentials
package import OAuth

/// A private key of the broker's own, with which it proves itself to a provider (RFC 7523 §2.2).
package struct ClientKey: Sendable {
    /// Why a text is no such key.
    package enum Flaw: Error, Sendable, Hashable {
        case unreadable
        /// Neither P-256 nor RSA of at least 2048 bits.
        case unsuitable
    }

    private enum Signer: Sendable {
        case es256(P256.Signing.PrivateKey)
        case rs256(_RSA.Signing.PrivateKey)

        var algorithm: UpstreamAlgorithm {
            switch self {
            case .es256: .es256
            case .rs256: .rs256
            }
        }

        var publicKey: Data {
            switch self {
            case .es256(let key): key.publicKey.derRepresentation
            case .rs256(let key): key.publicKey.derRepresentation
            }
        }
    }

    private let signer: Signer
    /// Header members that tell the provider which key it is: `kid`, `x5t`, `x5t#S256` (RFC 7515 §4.1).
    private let names: [String: String]
    private let publicKey: Data

    private init(_ signer: Signer, names: [String: String]) {
        self.signer = signer
        self.names = names
        publicKey = signer.publicKey
    }

    /// Reads a PEM document: PKCS #8, SEC 1 or PKCS #1.
    package init(pem text: Secret, id: String?) throws(Flaw) {
        let names = id.map { ["kid": $0] } ?? [:]
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: text.reveal()) {
            self.init(.es256(key), names: names)
        } else if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: text.reveal()) {
            self.init(.rs256(key), names: names)
        } else {
            throw text.reveal().contains("PRIVATE KEY-----") ? .unsuitable : .unreadable
        }
    }

    /// Reads the members of a private JWK (RFC 7518 §6); `id` goes before its own `kid`.
    package init(jwk members: [String: String], id: String?) throws(Flaw) {
        func bytes(_ name: String) throws(Flaw) -> [UInt8] {
            guard let text = members[name], let bytes = Base64URL.decode(text) else { throw .unreadable }
            return bytes
        }
        var names = members.filter { ["x5t", "x5t#S256"].contains($0.key) }
        names["kid"] = id ?? members["kid"]
        switch (members["kty"], members["crv"], members["alg"] ?? "") {
        case ("EC", "P-256", ""), ("EC", "P-256", "ES256"):
            guard let key = try? P256.Signing.PrivateKey(rawRepresentation: try bytes("d")) else { throw .unreadable }
            self.init(.es256(key), names: names)
        case ("RSA", _, ""), ("RSA", _, "RS256"):
            let (n, e, d) = (try bytes("n"), try bytes("e"), try bytes("d"))
            let (p, q) = (try bytes("p"), try bytes("q"))
            guard n.count >= 256 else { throw .unsuitable }
            guard let key = try? _RSA.Signing.PrivateKey(n: n, e: e, d: d, p: p, q: q) else { throw .unreadable }
            self.init(.rs256(key), names: names)
        default: throw .unsuitable
        }
    }

    /// A JWT of `claims`.
    func sign(_ claims: [String: JSONValue]) throws -> Secret {
        var header = names.mapValues(JSONValue.string)
        header["alg"] = .string(signer.algorithm.rawValue)
        header["typ"] = "JWT"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let input = try [header, claims].map { Base64URL.encode(try encoder.encode($0)) }.joined(separator: ".")
        let signature =
            switch signer {
            case .es256(let key): try key.signature(for: Data(input.utf8)).rawRepresentation
            case .rs256(let key):
                try key.signature(for: SHA256.hash(data: Data(input.utf8)), padding: .insecurePKCS1v1_5)
                    .rawRepresentation
            }
        return Secret("\(input).\(Base64URL.encode(signature))")
    }

    /// Whether it can sign ES256, as Apple wants it.
    package var isES256: Bool {
        switch signer {
        case .es256: true
        case .rs256: false
        }
    }
}

extension ClientKey: Hashable {
    /// One private key belongs to one public key, which can be compared without fear.
    package static func == (left: ClientKey, right: ClientKey) -> Bool {
        left.publicKey == right.publicKey && left.names == right.names
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(publicKey)
    }
}

extension ClientKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
