/// A signature algorithm that a provider's tokens may carry (RFC 7518 §3.1, RFC 8037); neither `none` nor HMAC is one.
package enum UpstreamAlgorithm: String, Sendable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// What a provider may use unless its file says otherwise.
    package static let usual: Set<UpstreamAlgorithm> = [.rs256, .ps256, .es256]
}
