/// The GitHub-shaped side of a simulated provider: applications and people of its own.
package struct GitHubConfiguration: Sendable, Hashable {
    package var applications: [GitHubApplication]
    package var accounts: [GitHubAccount]

    package init(applications: [GitHubApplication] = [], accounts: [GitHubAccount] = []) {
        self.applications = applications
        self.accounts = accounts
    }
}

/// An application registered at the GitHub-shaped side.
package struct GitHubApplication: Sendable, Hashable {
    package let clientID: String
    package let secret: String
    /// Compared character by character.
    package let callback: String
    package let tokens: Tokens

    /// How long the application's tokens last.
    package enum Tokens: Sendable, Hashable {
        /// Until they are revoked, as those of an OAuth app; there is no refresh token.
        case lasting
        /// Eight hours, as those of a GitHub App; each refresh token works once and ends the access token it replaces.
        case expiring
    }

    package init(clientID: String, secret: String, callback: String, tokens: Tokens = .lasting) {
        self.clientID = clientID
        self.secret = secret
        self.callback = callback
        self.tokens = tokens
    }
}

/// Somebody with an account at the GitHub-shaped side; the password belongs to nobody.
package struct GitHubAccount: Sendable, Hashable {
    package let id: Int64
    package let login: String
    package let password: String
    package let name: String
    package let addresses: [Address]
    package let organizations: [String]
    /// Each `organization/slug`.
    package let teams: [String]

    /// An e-mail address of the account.
    package struct Address: Sendable, Hashable {
        package let email: String
        package let rank: Rank
        package let standing: Standing

        /// Which of a person's addresses it is.
        package enum Rank: Sendable, Hashable {
            case primary
            case other
        }

        /// Whether the person has shown that it is theirs.
        package enum Standing: Sendable, Hashable {
            case verified
            case unverified
        }

        package init(_ email: String, _ rank: Rank = .primary, _ standing: Standing = .verified) {
            self.email = email
            self.rank = rank
            self.standing = standing
        }
    }

    package init(
        id: Int64, login: String, password: String, name: String, addresses: [Address], organizations: [String] = [],
        teams: [String] = []
    ) {
        self.id = id
        self.login = login
        self.password = password
        self.name = name
        self.addresses = addresses
        self.organizations = organizations
        self.teams = teams
    }
}
