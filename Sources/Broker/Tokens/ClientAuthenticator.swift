import Connectors
import Logging
package import OAuth
import Storage

/// Proves which client is calling (RFC 6749 §2.3).
package struct ClientAuthenticator: Sendable {
    private let environment: BrokerEnvironment

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    private static let failed = OAuthError(.invalidClient, "Client authentication failed.")

    /// The client behind `credentials`; throws `invalid_client` in the same words whatever was wrong.
    package func authenticate(_ credentials: ClientCredentials, visit: Visit) async throws -> Client {
        guard let client = try await environment.store.client(credentials.clientID) else {
            // No hash is spent on it: client ids are no secret, and hashing for strangers would fill the line.
            throw refused("unknown_client", credentials, visit)
        }
        switch try proof(by: credentials, of: client, visit) {
        case .complete: break
        case .unseenSecret(let secret, let hash):
            try await check(secret, of: client, against: hash, credentials, visit)
        case .assertion(let assertion, let keys):
            try await check(assertion, of: client, signedWith: keys, credentials, visit)
        }
        return client
    }

    /// What is left to check of a client's proof.
    private enum Proof {
        case complete
        /// A secret that is not known to be right.
        indirect case unseenSecret(Secret, PasswordHash)
        indirect case assertion(Secret, ClientKeySet)
    }

    /// Argon2 is paid for the first time a secret is seen; after that its HMAC in memory answers.
    @inline(never)
    private func proof(by credentials: ClientCredentials, of client: Client, _ visit: Visit) throws -> Proof {
        switch (client.authentication, credentials) {
        case (.publicClient, .none):
            return .complete
        case (.secret(let hash), .basic(_, let secret)), (.secret(let hash), .post(_, let secret)):
            return environment.verifiedSecrets.contains(secret, of: client.id, hash: hash)
                ? .complete : .unseenSecret(secret, hash)
        case (.keys(let keys), .assertion(_, let assertion)):
            return .assertion(assertion, keys)
        case (.publicClient, .basic), (.publicClient, .post), (.publicClient, .assertion):
            throw refused("proof_of_public_client", credentials, visit)
        case (.secret, .none):
            throw refused("secret_missing", credentials, visit)
        case (.secret, .assertion), (.keys, .basic), (.keys, .post), (.keys, .none):
            throw refused("other_method", credentials, visit)
        }
    }

    @inline(never)
    private func check(
        _ secret: Secret, of client: Client, against hash: PasswordHash, _ credentials: ClientCredentials,
        _ visit: Visit
    ) async throws {
        switch try await verdict(on: secret, hash: hash) {
        case .matches, .matchesWithOldParameters:
            environment.verifiedSecrets.insert(secret, of: client.id, hash: hash)
        case .differs:
            // The hash it cost bounds how fast a stranger can make the trail grow.
            let event = AuditEvent(
                .clientRefused, at: environment.clock.now, ray: visit.ray, client: client.id,
                address: visit.address, reason: "wrong_secret")
            try await environment.store.append([event])
            throw refused("wrong_secret", credentials, visit)
        }
    }

    /// An assertion counts once (RFC 7523 §3 number 7): of many that present the same one, the store lets one through.
    @inline(never)
    private func check(
        _ assertion: Secret, of client: Client, signedWith keys: ClientKeySet, _ credentials: ClientCredentials,
        _ visit: Visit
    ) async throws {
        let issuer = environment.issuer.value
        let checked: ClientAssertion
        do throws(TokenFlaw) {
            checked = try await ClientAssertion(
                assertion, of: client.id, signedWith: keys, for: [issuer, issuer + "/oauth2/token"],
                at: environment.clock.now)
        } catch {
            throw refused("assertion_\(error.rawValue)", credentials, visit)
        }
        let name = HandleDigest(of: Secret("client-assertion\n\(client.id)\n\(checked.id)"))
        guard try await environment.store.useOnce(name, until: checked.expiresAt, events: []) else {
            throw refused("assertion_used_again", credentials, visit)
        }
    }

    private func verdict(on secret: Secret, hash: PasswordHash) async throws -> PasswordHasher.Verdict {
        do {
            return try await environment.clientSecrets.verify(secret, against: hash)
        } catch is PasswordHasher.Overloaded {
            throw OAuthError(.temporarilyUnavailable, "Too many secrets are being checked at once. Try again.")
        }
    }

    private func refused(_ reason: String, _ credentials: ClientCredentials, _ visit: Visit) -> OAuthError {
        visit.logger.info(
            "Client authentication failed",
            metadata: ["oauth.client_id": "\(credentials.clientID)", "reason": "\(reason)"])
        return Self.failed
    }
}
