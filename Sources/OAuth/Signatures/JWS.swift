/// The compact serialisation of a signed token (RFC 7515 §3.1).
package enum JWS {
    /// What is signed: header and payload in base64url with a dot between them (RFC 7515 §5.1).
    package static func signingInput(header: JWSHeader, payload: [UInt8]) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(header.encoded.count + 1 + (payload.count * 4 + 2) / 3)
        input.append(contentsOf: header.encoded)
        input.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &input)
        return input
    }

    /// The token: `input`, as it was signed, and the signature of it.
    package static func compact(_ input: [UInt8], signature: [UInt8]) -> String {
        var token = input
        token.reserveCapacity(input.count + 1 + (signature.count * 4 + 2) / 3)
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &token)
        return String(decoding: token, as: UTF8.self)
    }
}
