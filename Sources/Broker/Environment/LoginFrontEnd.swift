package import OAuth

/// The separate web front end that logs people in itself and stages their tokens here.
package struct LoginFrontEnd: Sendable, Hashable {
    /// Where it is, without a trailing slash; `/login` is added.
    package let address: String
    /// The origin its browser requests to `/oauth2/store` must come from.
    package let origin: WebOrigin

    /// `nil` unless `address` is an http or https URL without query and fragment.
    package init?(_ address: String) {
        guard let origin = WebOrigin(of: address), !address.contains("?"), !address.contains("#") else { return nil }
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.origin = origin
    }

    /// The page that logs in for `request` (seed city-account-bridge, step 3).
    func loginPage(for request: AuthorizationRequest, payload: String) -> String {
        var parameters = [
            (name: "client_id", value: request.clientID.rawValue), ("payload", payload),
            ("redirect_uri", request.redirect.value),
        ]
        if let state = request.state { parameters.append(("state", state)) }
        return "\(address)/login?\(FormEncoding.encode(parameters))"
    }
}
