/// The compact serialisation of a signed token (RFC 7515 §3.1).
package enum JWS {
    /// What is signed: header and payload in base64url with a dot between them (RFC 7515 §5.1). There is room behind it
    /// for a signature of 64 bytes.
    package static func signingInput(header: JWSHeader, payload: [UInt8]) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(header.encoded.count + 1 + (payload.count * 4 + 2) / 3 + 1 + 86)
        input.append(contentsOf: header.encoded)
        input.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &input)
        return input
    }

    /// The token: `input`, as it was signed, and the signature of it.
    package static func compact(_ input: consuming [UInt8], signature: [UInt8]) -> String {
        input.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &input)
        return String(decoding: input, as: UTF8.self)
    }
}
