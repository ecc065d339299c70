/// The public keys with which a client proves itself (`jwks`, RFC 7591 §2, RFC 7517 §5).
package struct ClientKeySet: Hashable, Sendable {
    /// What a client may sign with; neither `none` nor HMAC is among it.
    package static let algorithms = ["RS256", "PS256", "ES256", "EdDSA"]

    /// Most keys of one client.
    private static let maximumCount = 16
    /// What only the owner of a key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
    private static let publicMembers = ["kty", "kid", "use", "alg", "crv", "n", "e", "x", "y"]

    private let keys: [[String: String]]

    /// Checks a registered key set; what it says beyond the keys is not kept.
    package init(checking document: JSONValue) throws(ClientMetadata.Flaw) {
        guard let entries = document.object?["keys"]?.array, (1...Self.maximumCount).contains(entries.count) else {
            throw ClientMetadata.Flaw("jwks", "must be an object with 1 to 16 keys")
        }
        var keys: [[String: String]] = []
        for entry in entries {
            guard let members = entry.object else { throw ClientMetadata.Flaw("jwks", "a key must be an object") }
            guard !Self.privateMembers.contains(where: { members[$0] != nil }) else {
                throw ClientMetadata.Flaw("jwks", "holds a private or secret key: register the public half alone")
            }
            let key = members.filter { Self.publicMembers.contains($0.key) }.compactMapValues(\.string)
            guard Self.isUsable(key) else {
                throw ClientMetadata.Flaw("jwks", "a key is neither RSA, P-256 nor Ed25519, or not for signatures")
            }
            keys.append(key)
        }
        let names = keys.map { $0["kid"] }
        guard keys.count == 1 || (!names.contains(nil) && Set(names).count == names.count) else {
            throw ClientMetadata.Flaw("jwks", "each of several keys needs a kid of its own")
        }
        self.keys = keys
    }

    private static func isUsable(_ key: [String: String]) -> Bool {
        guard key["use"] ?? "sig" == "sig", key["alg"].map(algorithms.contains) ?? true else { return false }
        switch (key["kty"], key["crv"]) {
        case ("RSA", nil): return isNumber(key["n"], bytes: 256...1024) && isNumber(key["e"], bytes: 1...4)
        case ("EC", "P-256"): return isNumber(key["x"], bytes: 32...32) && isNumber(key["y"], bytes: 32...32)
        case ("OKP", "Ed25519"): return isNumber(key["x"], bytes: 32...32)
        default: return false
        }
    }

    private static func isNumber(_ text: String?, bytes: ClosedRange<Int>) -> Bool {
        text.flatMap { Base64URL.decode($0) }.map { bytes.contains($0.count) } ?? false
    }

    /// The key set as a client publishes it.
    package var document: JSONValue {
        .object(["keys": .array(keys.map { .object($0.mapValues(JSONValue.string)) })])
    }
}

extension ClientKeySet: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.add("keys", .array(keys.map { .object($0.mapValues(JSONValue.string)) }))
    }
}

extension ClientKeySet: JSONReadable {
    package init(reading members: JSONMembers) throws(JSONFlaw) {
        do throws(ClientMetadata.Flaw) {
            try self.init(checking: .object(members.values))
        } catch {
            throw .unexpected
        }
    }
}
