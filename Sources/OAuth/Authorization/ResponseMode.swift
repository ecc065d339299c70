/// How an answer reaches the client's redirect URI (OAuth 2.0 Multiple Response Types §2.1).
package enum ResponseMode: String, Sendable, Codable, CaseIterable {
    /// In the query of a redirect.
    case query
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode §2): nothing of it stays in a URL.
    case formPost = "form_post"
}
