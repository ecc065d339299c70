extension AuthorizationRequest {
    /// Reads which client asks, the one thing that can be known before its registration is loaded.
    package static func clientID(in parameters: FormParameters) throws(AuthorizationRejection) -> ClientID {
        let text: String?
        do throws(FormParameters.Unusable) {
            text = try parameters.value("client_id", limit: 128)
        } catch {
            throw .page(.malformedRequest)
        }
        guard let text else { throw .page(.malformedRequest) }
        guard let id = ClientID(validating: text) else { throw .page(.unknownClient) }
        return id
    }

    /// Validates `parameters` for `client`.
    ///
    /// Everything up to the redirect URI is refused with a page; from there on the client is told by redirect.
    package init(_ parameters: FormParameters, client: Client) throws(AuthorizationRejection) {
        let redirect = try Self.redirect(in: parameters, client: client)
        let mode = Self.readableMode(in: parameters, redirect)
        let answer = Refusal(redirect: redirect, mode: mode ?? .query, state: Self.readableState(in: parameters))
        guard !parameters.repeats(besides: FormParameters.resourceParameter) else {
            throw answer.refuse(.invalidRequest, "A parameter is repeated.")
        }
        func value(_ name: String, limit: Int = FormParameters.maximumLength) throws(AuthorizationRejection) -> String?
        {
            do throws(FormParameters.Unusable) {
                return try parameters.value(name, limit: limit)
            } catch {
                throw answer.refuse(.invalidRequest, "A parameter is too long.")
            }
        }
        try Self.checkUnsupported(try value("request", limit: .max), try value("request_uri"), answer)
        try Self.checkResponse(type: try value("response_type"), answer)
        guard let mode else { throw answer.refuse(.invalidRequest, "The response mode is not supported.") }
        self.redirect = redirect
        responseMode = mode
        clientID = client.id
        state = try value("state")
        nonce = try value("nonce")
        challenge = try Self.challenge(try value("code_challenge"), method: try value("code_challenge_method"), answer)
        scope = try Self.scope(try value("scope"), client: client, answer)
        prompt = try Self.prompt(try value("prompt"), answer)
        maximumAge = try Self.maximumAge(try value("max_age"), answer)
        provider = try Self.provider(try value("provider", limit: 64), answer)
        loginHint = try value("login_hint", limit: 256)
        namedResources = try Self.resources(in: parameters, client: client, answer)
        uiLocales = try value("ui_locales", limit: 256)?.split(separator: " ").map(String.init) ?? []
        let demands = try Self.claims(try value("claims", limit: Self.maximumClaimsLength), answer)
        expectedSubjects = demands?.subjects
        claims = demands?.selection
        // How the two go together is not specified (OIDC Core §5.5.1.1): the one that can be essential is heard.
        let voluntary = try Self.context(try value("acr_values"), answer)
        context = demands?.context ?? voluntary
    }

    /// What every refusal after the redirect URI was found carries.
    private struct Refusal {
        let redirect: RegisteredRedirect
        let mode: ResponseMode
        let state: String?

        func refuse(_ code: OAuthError.Code, _ description: StaticString) -> AuthorizationRejection {
            .redirect(
                AuthorizationErrorResponse(
                    redirect: redirect, mode: mode, state: state, error: OAuthError(code, description)))
        }
    }

    private static func redirect(
        in parameters: FormParameters, client: Client
    ) throws(AuthorizationRejection) -> RegisteredRedirect {
        let presented: String?
        do throws(FormParameters.Unusable) {
            presented = try parameters.value("redirect_uri", limit: RedirectURI.maximumLength)
        } catch {
            throw .page(.malformedRequest)
        }
        guard let presented else { throw .page(.malformedRequest) }
        guard let redirect = RegisteredRedirect(presented, of: client) else { throw .page(.redirectURINotRegistered) }
        return redirect
    }

    /// The state an error can echo: one that is repeated or too long cannot be, and is left out.
    private static func readableState(in parameters: FormParameters) -> String? {
        (try? parameters.value("state")) ?? nil
    }

    /// The response mode asked for; nil for one that there is not, and for a form to an app, which takes none.
    private static func readableMode(in parameters: FormParameters, _ redirect: RegisteredRedirect) -> ResponseMode? {
        let text: String?
        do throws(FormParameters.Unusable) {
            text = try parameters.value("response_mode")
        } catch {
            return nil
        }
        guard let text else { return .query }
        guard let mode = ResponseMode(rawValue: text) else { return nil }
        switch mode {
        case .query: return mode
        case .formPost: return redirect.isOnTheWeb ? mode : nil
        }
    }

    private static func checkUnsupported(
        _ request: String?, _ requestURI: String?, _ answer: Refusal
    ) throws(AuthorizationRejection) {
        guard request == nil else { throw answer.refuse(.requestNotSupported, "Request objects are not supported.") }
        guard requestURI == nil else { throw answer.refuse(.requestURINotSupported, "request_uri is not supported.") }
    }

    private static func checkResponse(type: String?, _ answer: Refusal) throws(AuthorizationRejection) {
        guard let type else { throw answer.refuse(.invalidRequest, "response_type is missing.") }
        guard type == "code" else {
            throw answer.refuse(.unsupportedResponseType, "Only the response type code is supported.")
        }
    }

    /// PKCE is demanded of every client, so a challenge that was stripped on the way is noticed (RFC 9700 §2.1.1).
    private static func challenge(
        _ text: String?, method: String?, _ answer: Refusal
    ) throws(AuthorizationRejection) -> CodeChallenge {
        guard let text else { throw answer.refuse(.invalidRequest, "code_challenge is missing.") }
        // An absent method means plain (RFC 7636 §4.3), which RFC 9700 §2.1.1 rules out.
        guard method == "S256" else { throw answer.refuse(.invalidRequest, "code_challenge_method must be S256.") }
        guard let challenge = CodeChallenge(s256: text) else {
            throw answer.refuse(.invalidRequest, "code_challenge is not a SHA-256 hash in base64url.")
        }
        return challenge
    }

    private static func scope(
        _ text: String?, client: Client, _ answer: Refusal
    ) throws(AuthorizationRejection) -> Scope {
        guard let text else { return client.defaultScope }
        guard let scope = Scope(parsing: text) else {
            throw answer.refuse(.invalidScope, "scope holds a character that is not allowed.")
        }
        guard client.allowedScope.isSuperset(of: scope) else {
            throw answer.refuse(.invalidScope, "The client may not ask for one of these scopes.")
        }
        return scope
    }

    /// Those of its registration, and no others (RFC 8707 §2).
    private static func resources(
        in parameters: FormParameters, client: Client, _ answer: Refusal
    ) throws(AuthorizationRejection) -> [ResourceIndicator]? {
        let resources: [ResourceIndicator]
        do throws(OAuthError) {
            resources = try parameters.resourceIndicators()
        } catch {
            throw answer.refuse(.invalidTarget, "A resource is no absolute URI without a fragment, or too long.")
        }
        guard resources.allSatisfy(client.resources.contains) else {
            throw answer.refuse(.invalidTarget, "The client may not have tokens for one of these resources.")
        }
        return resources.isEmpty ? nil : resources
    }

    private static func prompt(_ text: String?, _ answer: Refusal) throws(AuthorizationRejection) -> Prompt {
        guard let text else { return .unspecified }
        switch Set(text.split(separator: " ").map(String.init)) {
        case ["none"]: return .none
        case ["login"]: return .login
        case ["consent"]: return .consent
        // Another account is chosen by logging in, so login is what select_account with consent comes to.
        case ["login", "consent"], ["select_account", "consent"], ["select_account", "login", "consent"]:
            return .loginAndConsent
        case ["select_account"], ["select_account", "login"]: return .selectAccount
        default: throw answer.refuse(.invalidRequest, "prompt has an unknown value or combines none with another.")
        }
    }

    /// Room for more claims than there are.
    private static let maximumClaimsLength = 8192

    private static func claims(_ text: String?, _ answer: Refusal) throws(AuthorizationRejection) -> ClaimsParameter? {
        guard let text else { return nil }
        let claims: ClaimsParameter
        do throws(ClaimsParameter.Malformed) {
            claims = try ClaimsParameter(parsing: text)
        } catch {
            throw answer.refuse(.invalidRequest, "claims is not the JSON that OpenID Connect describes.")
        }
        guard claims.subjects?.isEmpty != true else {
            throw answer.refuse(.invalidRequest, "claims asks for two people at once.")
        }
        return claims
    }

    private static func context(_ text: String?, _ answer: Refusal) throws(AuthorizationRejection) -> ContextDemand? {
        guard let text else { return nil }
        guard let demand = ContextDemand(acrValues: text) else {
            throw answer.refuse(.invalidRequest, "acr_values is not a short list of names.")
        }
        return demand
    }

    private static func provider(_ text: String?, _ answer: Refusal) throws(AuthorizationRejection) -> ProviderID? {
        guard let text else { return nil }
        guard let id = ProviderID(validating: text) else {
            throw answer.refuse(.invalidRequest, "provider is not the name of a provider.")
        }
        return id
    }

    private static func maximumAge(_ text: String?, _ answer: Refusal) throws(AuthorizationRejection) -> Int? {
        guard let text else { return nil }
        // In 32 bits, so that adding it to a time never overflows; digits alone, because UInt32 also reads a sign.
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), let seconds = UInt32(text)
        else { throw answer.refuse(.invalidRequest, "max_age is not a number of seconds.") }
        return Int(seconds)
    }
}
