import Crypto
import FoundationEssentials
import OAuth

/// A JWT in JWS compact serialisation (RFC 7515 §7.1), signed properly or as the faults demand.
struct CompactJWS {
    let text: String

    /// Signs `claims` with `key`.
    init(claims: [String: JSONValue], key: ProviderKey, stranger: ProviderKey, faults: TokenFaults) throws {
        let signer = faults.token.contains(.unknownKey) ? stranger : key
        let input = [
            try CompactJWS.part(CompactJWS.header(key: signer, faults: faults)), try CompactJWS.part(claims),
        ].joined(separator: ".")
        let signature = try CompactJWS.signature(for: Array(input.utf8), key: signer, faults: faults.token)
        text = input + "." + Base64URL.encode(signature)
    }

    private static func header(key: ProviderKey, faults: TokenFaults) -> [String: JSONValue] {
        var header: [String: JSONValue] = ["alg": "RS256", "kid": .string(key.id)]
        if faults.keySet.contains(.oneKeyID) { header["kid"] = ProviderKeys.sharedKeyID }
        if faults.token.contains(.hmacWithPublicKey) { header["alg"] = "HS256" }
        if faults.token.contains(.unsigned) { header["alg"] = "none" }
        if faults.token.contains(.missingKeyID) || faults.keySet.contains(.withoutKeyIDs) { header["kid"] = nil }
        return header
    }

    private static func signature(for input: [UInt8], key: ProviderKey, faults: Set<TokenFault>) throws -> [UInt8] {
        if faults.contains(.unsigned) { return [] }
        if faults.contains(.hmacWithPublicKey) {
            let shared = SymmetricKey(data: Array(key.publicPEM.utf8))
            return Array(HMAC<SHA256>.authenticationCode(for: input, using: shared))
        }
        var signature = try key.signature(for: input)
        if faults.contains(.badSignature) { signature[signature.count / 2] ^= 1 }
        return signature
    }

    private static func part(_ members: [String: JSONValue]) throws -> String {
        Base64URL.encode(try JSONValue.object(members).encoded())
    }
}

extension JSONValue {
    /// The value as JSON text, members in alphabetical order.
    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
