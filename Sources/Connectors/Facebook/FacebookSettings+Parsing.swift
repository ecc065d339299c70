import OAuth

extension FacebookSettings {
    /// Each version of the Graph API answers for about two years.
    private static let usualVersion = "v26.0"

    /// Reads what a file says about Facebook.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        let version = try Self.version(object)
        let endpoints = try object.object("endpoints")
        func endpoint(_ key: String, _ known: String) throws(ProviderFileProblem) -> UpstreamEndpoint {
            if let named = try endpoints?.endpoint(key) { return named }
            return try object.known(known)
        }
        self.init(
            appID: try object.requiredText("client_id"), secret: Secret(try object.requiredText("client_secret")),
            authorization: try endpoint("authorization", "https://www.facebook.com/\(version)/dialog/oauth"),
            token: try endpoint("token", "https://graph.facebook.com/\(version)/oauth/access_token"),
            graph: try endpoint("api", "https://graph.facebook.com").appendingPath("/\(version)"),
            scope: try Scope(object, ["email", "public_profile"]),
            claims: try ClaimMapping(object))
    }

    private static func version(_ object: ProviderFileObject) throws(ProviderFileProblem) -> String {
        let version = try object.text("graph_version") ?? usualVersion
        let numbers = version.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        let areNumbers = numbers.allSatisfy { number in
            (1...3).contains(number.utf8.count) && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard version.hasPrefix("v"), numbers.count == 2, areNumbers else {
            throw object.problem(.badValue(expected: "a version such as \(usualVersion)"), at: "graph_version")
        }
        return version
    }
}

extension ProviderFileObject {
    /// An address that this kind of provider is known to have.
    fileprivate func known(_ url: String) throws(ProviderFileProblem) -> UpstreamEndpoint {
        do throws(UpstreamEndpoint.Flaw) {
            return try UpstreamEndpoint(named: url)
        } catch {
            throw problem(.address(error), at: "type")
        }
    }
}

extension ProviderKeys {
    /// What a file says about Facebook. No address there is known to be verified, so none can let anybody in.
    static let facebook: ProviderKeys = [
        "graph_version": .word, "endpoints": .object(["authorization": .value, "token": .value, "api": .value]),
    ]
}
