import Connectors
import OAuth

/// For whom an access token speaks.
enum TokenHolder: Sendable, Hashable {
    /// For a person, by a grant with which it dies.
    case person(GrantID)
    /// For a person as well, by a grant of another client, on whose people's behalf this one acts (RFC 8693 §1.1).
    case delegate(GrantID, Delegation)
    /// For the client itself (RFC 6749 §4.4); nothing but the name of the token can end it before it expires.
    case service(tokenID: String)
}

/// What one client's token has to say of acting for another's people.
struct Delegation: Sendable, Hashable {
    /// Who acts, the holder of the token first, and before it those from whom it has that.
    let actors: [ClientID]
    /// By which the token can be taken out of use.
    let tokenID: String
}

/// What an access token of the `sealed` profile holds; its envelope's context is the client.
struct SealedAccessToken: Sendable {
    let holder: TokenHolder
    let scope: Scope
    /// Seconds since 1970.
    let issuedAt: Int
    let expiresAt: Int
    let ray: RayID
    /// The resources it is for; empty for this broker alone.
    let resources: [String]
    /// The upstream access token, which only this broker can take out again.
    let upstream: Secret?
}

extension SealedAccessToken: JSONWritable, JSONReadable {
    func write(to json: inout JSONWriter) {
        switch holder {
        case .person(let grant): json.add("g", grant.rawValue)
        case .delegate(let grant, let delegation):
            json.add("g", grant.rawValue)
            json.add("x", delegation.actors.map(\.rawValue))
            json.add("i", delegation.tokenID)
        case .service(let tokenID): json.add("i", tokenID)
        }
        if !resources.isEmpty { json.add("r", resources) }
        json.add("s", scope.tokens)
        json.add("t", issuedAt)
        json.add("e", expiresAt)
        json.add("y", ray.description)
        json.add("u", upstream?.reveal())
    }

    init(reading members: JSONMembers) throws(JSONFlaw) {
        let grant = try members.optionalText("g").map(GrantID.init(rawValue:))
        switch (grant, members.values["x"]) {
        case (let grant?, nil): holder = .person(grant)
        case (let grant?, _?):
            let actors = try members.texts("x").map(ClientID.init(rawValue:))
            holder = .delegate(grant, Delegation(actors: actors, tokenID: try members.text("i")))
        case (nil, _): holder = .service(tokenID: try members.text("i"))
        }
        resources = members.values["r"] == nil ? [] : try members.texts("r")
        scope = Scope(try members.texts("s"))
        issuedAt = try members.integer("t")
        expiresAt = try members.integer("e")
        guard let ray = RayID(try members.text("y")) else { throw .unexpected }
        self.ray = ray
        upstream = try members.optionalText("u").map(Secret.init)
    }
}

/// What a refresh token holds, in either profile; its envelope's context is the client.
struct SealedRefreshToken: Sendable {
    let grant: GrantID
    /// Counts the refresh tokens of the grant from 0; the database knows which is the current one.
    let generation: Int
    /// The upstream refresh token, where the client's profile releases upstream tokens and the provider gave one.
    let upstream: Secret?
    /// Whose it is, where the provider wants to hear that (``UpstreamTokens/holder``).
    let holder: String?
    /// The request in which it was made; nil in those from before it was noted.
    let ray: RayID?

    /// What this broker knows of the provider's tokens from the refresh token alone.
    var upstreamTokens: UpstreamTokens? {
        upstream.map { UpstreamTokens(accessToken: Secret(""), refreshToken: $0, holder: holder) }
    }
}

extension SealedRefreshToken: JSONWritable, JSONReadable {
    func write(to json: inout JSONWriter) {
        json.add("g", grant.rawValue)
        json.add("n", generation)
        json.add("u", upstream?.reveal())
        json.add("h", holder)
        json.add("y", ray?.description)
    }

    init(reading members: JSONMembers) throws(JSONFlaw) {
        grant = GrantID(rawValue: try members.text("g"))
        generation = try members.integer("n")
        upstream = try members.optionalText("u").map(Secret.init)
        holder = try members.optionalText("h")
        ray = try members.optionalText("y").flatMap { RayID($0) }
    }
}
