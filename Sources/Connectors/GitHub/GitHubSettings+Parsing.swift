import OAuth

extension GitHubSettings {
    /// Reads what a file says about github.com or an Enterprise Server.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        let site = try GitHubSite(object)
        let endpoints = try object.object("endpoints")
        let membership = try GitHubMembership(object)
        self.init(
            client: UpstreamClient(
                id: try object.requiredText("client_id"),
                authentication: .post(Secret(try object.requiredText("client_secret")))),
            authorization: try endpoints?.endpoint("authorization") ?? site.endpoint("/login/oauth/authorize"),
            token: try endpoints?.endpoint("token") ?? site.endpoint("/login/oauth/access_token"),
            api: try endpoints?.endpoint("api") ?? site.api, issuer: site.endpoint("/login/oauth").url,
            scope: Scope(try Scope(object, ["user:email"]).tokens + membership.scope), membership: membership,
            addresses: try Self.addresses(object, at: site), claims: try ClaimMapping(object))
    }

    private static func addresses(
        _ object: ProviderFileObject, at site: GitHubSite
    ) throws(ProviderFileProblem) -> GitHubAddresses {
        switch (try object.flag("emails_are_verified"), site.place) {
        case (nil, .gitHubCom): return .verifiedThere
        case (.some, .gitHubCom):
            throw object.problem(
                .badValue(expected: "left out: github.com says itself which addresses are verified"),
                at: "emails_are_verified")
        case (nil, .enterprise), (false?, .enterprise): return .unverified
        case (true?, .enterprise): return .vouchedFor
        }
    }
}

/// Where GitHub is: its pages and its API.
private struct GitHubSite {
    enum Place {
        case gitHubCom
        case enterprise
    }

    let place: Place
    let pages: UpstreamEndpoint
    let api: UpstreamEndpoint

    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        let host = try object.text("host")?.lowercased() ?? "github.com"
        place = host == "github.com" ? .gitHubCom : .enterprise
        // Enterprise Cloud on a name of its own has its API beside it, Enterprise Server below it.
        let api = place == .gitHubCom || host.hasSuffix(".ghe.com") ? "https://api.\(host)" : "https://\(host)/api/v3"
        do throws(UpstreamEndpoint.Flaw) {
            guard host.utf8.allSatisfy(Self.mayStandInHost) else { throw .malformed }
            pages = try UpstreamEndpoint(named: "https://\(host)")
            self.api = try UpstreamEndpoint(named: api)
        } catch {
            throw object.problem(.badValue(expected: "a host such as github.city.example"), at: "host")
        }
    }

    func endpoint(_ path: String) -> UpstreamEndpoint { pages.appendingPath(path) }

    private static func mayStandInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

extension GitHubMembership {
    fileprivate init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        guard let allow = try object.object("allow") else {
            self.init()
            return
        }
        self.init(
            organizations: try Self.names("organizations", of: 1, such: "city", in: allow),
            teams: try Self.names("teams", of: 2, such: "city/admins", in: allow))
    }

    /// An empty list is refused: it could mean everybody or nobody.
    private static func names(
        _ key: String, of count: Int, such example: String, in allow: ProviderFileObject
    ) throws(ProviderFileProblem) -> [String] {
        guard let names = try allow.texts(key) else { return [] }
        let areWellFormed = names.allSatisfy { name in
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count == count && parts.allSatisfy(isSlug)
        }
        guard areWellFormed, !names.isEmpty else {
            throw allow.problem(.badValue(expected: "a list of names such as \(example)"), at: key)
        }
        return names
    }

    private static func isSlug(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
}

extension ProviderKeys {
    /// What a file says about GitHub.
    static let gitHub: ProviderKeys = [
        "host": .text, "emails_are_verified": .word,
        "endpoints": .object(["authorization": .value, "token": .value, "api": .value]),
        "allow": .object(["organizations": .text, "teams": .text, "email_domains": .text]),
    ]
}
