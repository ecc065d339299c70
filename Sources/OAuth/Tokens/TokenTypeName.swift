/// What kind of token one is, where a request or an answer has to say so (RFC 8693 §3).
package enum TokenTypeName: String, Sendable, CaseIterable {
    case accessToken = "urn:ietf:params:oauth:token-type:access_token"
    case idToken = "urn:ietf:params:oauth:token-type:id_token"
}
