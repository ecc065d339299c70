import OAuth

/// A request that is right, and the ways to break it.
enum AuthorizationRequestFixture {
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    private static let base: [(name: String, value: String)] = [
        ("client_id", "app"), ("redirect_uri", "https://app.example/callback"), ("response_type", "code"),
        ("code_challenge", challenge), ("code_challenge_method", "S256"),
    ]

    /// The fields of the right request with `changes` put over them; `nil` leaves a field out.
    static func fields(_ changes: [String: String?] = [:]) -> [(name: String, value: String)] {
        let names = Set(base.map(\.name))
        let kept = base.compactMap { field -> (name: String, value: String)? in
            guard let change = changes[field.name] else { return field }
            return change.map { (field.name, $0) }
        }
        let added = changes.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }
        return kept + added.compactMap { field in field.value.map { (field.key, $0) } }
    }

    static func parse(
        _ changes: [String: String?], client: Client? = nil
    ) throws -> AuthorizationRequest {
        try parse(fields(changes), client: client)
    }

    static func parse(
        _ fields: [(name: String, value: String)], client: Client? = nil
    ) throws -> AuthorizationRequest {
        let parameters = try FormParameters.fixture(fields)
        _ = try AuthorizationRequest.clientID(in: parameters)
        return try AuthorizationRequest(parameters, client: try client ?? .fixture())
    }

    /// Why the request is refused; `nil` if it is not.
    static func rejection(
        of fields: [(name: String, value: String)], client: Client? = nil
    ) throws -> AuthorizationRejection? {
        do {
            _ = try parse(fields, client: client)
            return nil
        } catch let rejection as AuthorizationRejection {
            return rejection
        }
    }
}
