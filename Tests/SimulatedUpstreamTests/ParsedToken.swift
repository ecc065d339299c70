import Crypto
import FoundationEssentials
import HummingbirdTesting
import JWTKit
import OAuth
import SimulatedUpstream
import Testing

/// A JWT taken apart without verifying it.
struct ParsedToken {
    let header: [String: JSONValue]
    let claims: [String: JSONValue]
    let signature: [UInt8]
    let text: String

    init(_ text: String) throws {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        try #require(parts.count == 3)
        func object(_ part: Substring) throws -> [String: JSONValue] {
            let bytes = try #require(Base64URL.decode(part))
            return try #require(try JSONDecoder().decode(JSONValue.self, from: Data(bytes)).object)
        }
        header = try object(parts[0])
        claims = try object(parts[1])
        signature = try #require(Base64URL.decode(parts[2]))
        self.text = text
    }

    /// Whether jwt-kit finds the signature good under the published key that the header names.
    func isSigned(under keySet: JSONValue) async throws -> Bool {
        let kid = header["kid"]
        let jwk = keySet["keys"]?.array?.first { $0["kid"] == kid }
        guard let jwk else { return false }
        let key = try JSONDecoder().decode(JWK.self, from: JSONEncoder().encode(jwk))
        let collection = try await JWTKeyCollection().add(jwk: key)
        return (try? await collection.verify(text, as: Untyped.self)) != nil
    }

    private struct Untyped: JWTPayload {
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }
}

extension TestClientProtocol {
    func keySet() async throws -> JSONValue {
        try await get("/eu-central-1_Drawbridge/.well-known/jwks.json").json()
    }
}
