import OAuth
import Testing

@Suite("RFC 6749 §5.1: token responses")
struct TokenResponseTests {
    @Test("A full response has its registered members and no others")
    func full() {
        let response = TokenResponse(
            accessToken: Secret("a"), expiresIn: 600, refreshToken: Secret("r"), scope: Scope(["openid", "email"]),
            idToken: Secret("i"))
        #expect(
            JSON.written(response) == """
                {"access_token":"a","token_type":"Bearer","expires_in":600,"refresh_token":"r","scope":"openid email",\
                "id_token":"i"}
                """)
    }

    @Test("Encrypted upstream tokens stand beside the client's own")
    func upstream() {
        let response = TokenResponse(
            accessToken: Secret("a"), expiresIn: 600, refreshToken: nil, scope: Scope([]), idToken: nil,
            upstream: EncryptedUpstreamTokens(accessToken: Secret("u"), idToken: Secret("v")))
        #expect(
            JSON.written(response) == """
                {"access_token":"a","token_type":"Bearer","expires_in":600,"upstream_access_token":"u",\
                "upstream_id_token":"v"}
                """)
    }

    @Test("The answer to an exchange says what it holds, and has no lifetime where none is known (RFC 8693 §2.2.1)")
    func exchanged() {
        let response = TokenResponse(
            accessToken: Secret("a"), expiresIn: nil, refreshToken: nil, scope: Scope([]), idToken: nil,
            exchanged: TokenResponse.Exchanged(.idToken, .notApplicable))
        #expect(
            JSON.written(response) == """
                {"access_token":"a","issued_token_type":"urn:ietf:params:oauth:token-type:id_token",\
                "token_type":"N_A"}
                """)
    }

    @Test("What there is not is left out, not null")
    func minimal() {
        let response = TokenResponse(
            accessToken: Secret("a"), expiresIn: 600, refreshToken: nil, scope: Scope([]), idToken: nil)
        #expect(
            JSON.written(response)
                == #"{"access_token":"a","token_type":"Bearer","expires_in":600}"#)
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
            "access_denied", "authorization_pending", "consent_required", "expired_token", "insufficient_scope",
            "interaction_required", "invalid_client",
            "invalid_grant", "invalid_request", "invalid_scope", "invalid_target", "invalid_token", "login_required",
            "request_not_supported",
            "request_uri_not_supported", "server_error", "slow_down", "temporarily_unavailable", "unauthorized_client",
            "unsupported_grant_type", "unsupported_response_type", "unsupported_token_type",
            "unmet_authentication_requirements", "invalid_redirect_uri", "invalid_client_metadata",
            "unapproved_software_statement",
        ]
        #expect(registered.isSuperset(of: OAuthError.Code.allCases.map(\.rawValue)))
        #expect(OAuthError.Code.allCases.count == registered.count)
    }
}
