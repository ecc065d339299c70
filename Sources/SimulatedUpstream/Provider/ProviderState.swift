import FoundationEssentials

/// What a simulated provider remembers.
struct ProviderState: Sendable {
    var faults: Set<Fault> = []
    var requests: [Endpoint: Int] = [:]
    var refreshes = 0
    var refreshTokens: [String: RefreshRecord] = [:]
    var accessTokens: [String: AccessRecord] = [:]
    var codes: [String: CodeRecord] = [:]
    var interactions: [String: AuthorizationQuery] = [:]
    var sessions: [String: SessionRecord] = [:]
    var gitHub = GitHubState()
    private var accessTokensSinceSweep = 0

    /// Keeps an access token, and now and then forgets what has ended.
    mutating func remember(access token: String, _ record: AccessRecord, now: Date) {
        accessTokens[token] = record
        accessTokensSinceSweep += 1
        guard accessTokensSinceSweep >= 1000 else { return }
        accessTokensSinceSweep = 0
        accessTokens = accessTokens.filter { $0.value.expiresAt > now }
        refreshTokens = refreshTokens.filter { $0.value.expiresAt > now }
        codes = codes.filter { $0.value.expiresAt > now }
    }

    /// Uses up `token` for `clientID`; `successor` takes its place where the client's tokens rotate.
    mutating func use(
        refreshToken token: String, clientID: String, successor: String, now: Date
    ) throws(RefreshRefusal) -> RefreshRecord {
        guard var record = refreshTokens[token], record.login.client.id == clientID else { throw .unknown }
        switch record.standing {
        case .revoked: throw .revoked
        case .replaced: throw .reused
        case .active: break
        }
        guard record.expiresAt > now else { throw .expired }
        switch record.login.client.refreshTokens {
        case .reusable: break
        case .rotating:
            refreshTokens[successor] = record
            record.standing = .replaced
            refreshTokens[token] = record
        }
        return record
    }

    /// Ends the login that `token` belongs to: all of its refresh and access tokens.
    mutating func revoke(refreshToken token: String) {
        guard let origin = refreshTokens[token]?.login.originID else { return }
        for (other, record) in refreshTokens where record.login.originID == origin {
            refreshTokens[other]?.standing = .revoked
        }
        for (other, record) in accessTokens where record.login.originID == origin {
            accessTokens[other]?.standing = .revoked
        }
    }
}

/// Whether a token still counts.
enum Standing: Sendable {
    case active
    case replaced
    case revoked
}

/// A refresh token handed out.
struct RefreshRecord: Sendable {
    let login: Login
    let expiresAt: Date
    var standing = Standing.active
}

/// An access token handed out.
struct AccessRecord: Sendable {
    let login: Login
    let expiresAt: Date
    var standing = Standing.active
}

/// An authorization code handed out.
struct CodeRecord: Sendable {
    let login: Login
    let redirectURI: String
    /// The S256 challenge, if there was one.
    let challenge: String?
    let expiresAt: Date
}

/// A browser that has logged in at the hosted pages.
struct SessionRecord: Sendable {
    let person: SimulatedPerson
    let authenticatedAt: Date
}

/// Why a refresh token was not accepted.
enum RefreshRefusal: Error {
    case unknown
    case expired
    case revoked
    case reused
}
