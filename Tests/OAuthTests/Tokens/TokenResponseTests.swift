import OAuth
import Testing

@Suite("RFC 6749 §5.1: token responses")
struct TokenResponseTests {
    @Test("A full response has its registered members and no others")
    func full() throws {
        let response = TokenResponse(
            accessToken: Secret("a"), expiresIn: 600, refreshToken: Secret("r"), scope: Scope(["openid", "email"]),
            idToken: Secret("i"))
        #expect(
            try JSON.text(of: response) == """
                {"access_token":"a","expires_in":600,"id_token":"i","refresh_token":"r","scope":"openid email",\
                "token_type":"Bearer"}
                """)
    }

    @Test("What there is not is left out, not null")
    func minimal() throws {
        let response = TokenResponse(
            accessToken: Secret("a"), expiresIn: 600, refreshToken: nil, scope: Scope([]), idToken: nil)
        #expect(
            try JSON.text(of: response)
                == #"{"access_token":"a","expires_in":600,"scope":"","token_type":"Bearer"}"#)
    }

    @Test("A response does not show its tokens when printed")
    func redacted() {
        let response = TokenResponse(
            accessToken: Secret("hunter1"), expiresIn: 1, refreshToken: Secret("hunter2"), scope: Scope([]),
            idToken: Secret("hunter3"))
        var dumped = ""
        dump(response, to: &dumped)
        #expect(!dumped.contains("hunter") && !"\(response)".contains("hunter"))
    }

    @Test("Every error code is spelled as registered")
    func codes() {
        let registered: Set = [
            "access_denied", "consent_required", "insufficient_scope", "invalid_client", "invalid_grant",
            "invalid_request", "invalid_scope", "invalid_token", "login_required", "request_not_supported",
            "request_uri_not_supported", "server_error", "temporarily_unavailable", "unauthorized_client",
            "unsupported_grant_type", "unsupported_response_type",
        ]
        #expect(registered.isSuperset(of: OAuthError.Code.allCases.map(\.rawValue)))
        #expect(OAuthError.Code.allCases.count == registered.count)
    }
}
