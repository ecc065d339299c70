import Connectors
import Logging
package import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `/oauth2/register`: clients that register themselves, by the operator's leave (RFC 7591), and manage what they
/// registered (RFC 7592).
package struct RegistrationFlow: Sendable {
    private let environment: BrokerEnvironment

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    private static let refused = OAuthError(.invalidToken, "The token is not valid here.")

    /// A client as it is about to be stored.
    private struct Candidate {
        let client: Client
        /// Where it is made new.
        let secret: Secret?
    }

    /// Registers the client that `document` describes; throws ``OAuthError``.
    ///
    /// A use of the initial access token is spent by the store alone, and only where a client comes of it.
    package func register(
        _ document: JSONValue, token: BearerToken?, visit: Visit
    ) async throws -> ClientInformation {
        let now = environment.clock.now
        guard let token else { throw Self.refused }
        let digest = HandleDigest(of: token.secret)
        guard let access = try await environment.store.initialAccess(digest, at: now) else { throw Self.refused }
        let request = try read(document)
        let id: ClientID = environment.random.identifier()
        let candidate = try await candidate(request, named: id, under: access.ceiling, instead: nil)
        let handle = environment.random.handle()
        let registration = ClientRegistration(
            clientID: id, digest: HandleDigest(of: handle), initialAccess: access.id, ceiling: access.ceiling,
            authenticationMethod: request.authenticationMethod, registeredAt: now)
        let registered = try await environment.store.register(
            candidate.client, as: registration, by: digest, at: now,
            event: event(.clientCreated, registration, at: now, visit))
        guard registered else { throw Self.refused }
        return information(candidate, registration, token: handle)
    }

    /// What is registered for the client named `id`.
    package func read(_ id: String, token: BearerToken?, visit: Visit) async throws -> ClientInformation {
        let (registration, client, handle) = try await holder(of: id, token: token, visit: visit)
        return information(Candidate(client: client, secret: nil), registration, token: handle)
    }

    /// Puts what `document` describes in the place of what is registered for the client named `id` (RFC 7592 §2.2).
    package func replace(
        _ id: String, by document: JSONValue, token: BearerToken?, visit: Visit
    ) async throws -> ClientInformation {
        var (registration, client, handle) = try await holder(of: id, token: token, visit: visit)
        let request = try read(document)
        guard request.clientID == client.id.rawValue else {
            throw OAuthError(ClientMetadata.Flaw("client_id", "must be the client's own"))
        }
        try await require(request.clientSecret, of: client)
        let candidate = try await candidate(
            request, named: client.id, under: registration.ceiling, instead: client.authentication)
        // The people it knows would get other names: those of a sector that it may have moved into to learn them.
        guard candidate.client.subjects == client.subjects else {
            throw OAuthError(ClientMetadata.Flaw("subject_type", "cannot change, and neither can the sector"))
        }
        registration.authenticationMethod = request.authenticationMethod
        do {
            try await environment.store.replace(
                candidate.client, as: registration,
                event: event(.clientChanged, registration, at: environment.clock.now, visit))
        } catch StoreError.notFound {
            throw Self.refused
        }
        return information(candidate, registration, token: handle)
    }

    /// Removes the client named `id`, and with it all that was granted to it (RFC 7592 §2.3).
    package func delete(_ id: String, token: BearerToken?, visit: Visit) async throws {
        let (registration, client, _) = try await holder(of: id, token: token, visit: visit)
        do {
            try await environment.store.deleteClient(
                client.id, event: event(.clientDeleted, registration, at: environment.clock.now, visit))
        } catch StoreError.notFound {
            throw Self.refused
        }
    }

    /// The registration whose token was presented, which must be that of the client named `id`.
    private func holder(
        of id: String, token: BearerToken?, visit: Visit
    ) async throws -> (ClientRegistration, Client, Secret) {
        guard let token, let registration = try await environment.store.registration(HandleDigest(of: token.secret)),
            registration.clientID.rawValue == id,
            let client = try await environment.store.client(registration.clientID)
        else {
            visit.logger.info("Access to a client's registration refused")
            throw Self.refused
        }
        return (registration, client, token.secret)
    }

    private func read(_ document: JSONValue) throws -> ClientRegistrationRequest {
        do throws(ClientRegistrationRequest.Refusal) {
            return try ClientRegistrationRequest(document)
        } catch {
            switch error {
            case .flaw(let flaw): throw OAuthError(flaw)
            case .softwareStatement:
                throw OAuthError(.unapprovedSoftwareStatement, "No software statement is approved here.")
            }
        }
    }

    /// The client that `request` describes, judged as an operator's would be; `current` is how it proves itself now.
    private func candidate(
        _ request: ClientRegistrationRequest, named id: ClientID, under ceiling: RegistrationCeiling,
        instead current: Client.Authentication?
    ) async throws -> Candidate {
        do {
            var metadata = try request.metadata.limited(to: ceiling)
            metadata.clientID = id.rawValue
            if metadata.clientName == nil { metadata.clientName = "Client \(id)" }
            // Everything that can be found is, before a hash is paid for.
            let draft = try metadata.client(secretHash: nil)
            try review(draft)
            try await checkSector(of: draft)
            switch (try metadata.proof(), current) {
            case (.nothing, _), (.keys, _): return Candidate(client: draft, secret: nil)
            case (.secret, .secret(let hash)):
                return Candidate(client: try metadata.client(secretHash: hash), secret: nil)
            case (.secret, nil), (.secret, .publicClient), (.secret, .keys):
                let secret = environment.random.handle()
                let hash = try await environment.clientSecrets.hash(secret)
                return Candidate(client: try metadata.client(secretHash: hash), secret: secret)
            }
        } catch let flaw as ClientMetadata.Flaw {
            throw OAuthError(flaw)
        } catch is PasswordHasher.Overloaded {
            throw OAuthError(.temporarilyUnavailable, "Too many secrets are being hashed at once. Try again.")
        }
    }

    /// What would make every login fail is refused.
    private func review(_ client: Client) throws(ClientMetadata.Flaw) {
        let review = RegistrationReview(providers: environment.providers, scopes: environment.scopes.current)
        guard !review.remarks(on: client).contains(where: \.isFatal) else {
            throw ClientMetadata.Flaw("providers", "nobody could log in: they are unknown or cannot be used")
        }
    }

    /// A sector belongs to whoever can publish a document there, which lists every redirect URI of the client (OIDC
    /// Registration §5).
    private func checkSector(of client: Client) async throws {
        guard case .pairwise(let sector) = client.subjects, let address = sector.uri else { return }
        let document: JSONValue
        do throws(ConnectorError) {
            document = try await environment.documents.document(at: address)
        } catch {
            throw ClientMetadata.Flaw(
                "sector_identifier_uri", "leads to no JSON document, or to an address that is not public")
        }
        let listed = Set((document.array ?? []).compactMap(\.string))
        guard client.redirectURIs.allSatisfy({ listed.contains($0.value) }) else {
            throw ClientMetadata.Flaw("sector_identifier_uri", "does not list every redirect URI")
        }
    }

    /// A client that says its secret must say the one it has (RFC 7592 §2.2).
    private func require(_ secret: Secret?, of client: Client) async throws {
        guard let secret else { return }
        do {
            guard case .secret(let hash) = client.authentication,
                try await environment.clientSecrets.verify(secret, against: hash) != .differs
            else { throw OAuthError(ClientMetadata.Flaw("client_secret", "is not the client's")) }
        } catch is PasswordHasher.Overloaded {
            throw OAuthError(.temporarilyUnavailable, "Too many secrets are being hashed at once. Try again.")
        }
    }

    private func information(
        _ candidate: Candidate, _ registration: ClientRegistration, token: Secret
    ) -> ClientInformation {
        ClientInformation(
            candidate.client, authenticationMethod: registration.authenticationMethod,
            issuedAt: registration.registeredAt.numericDate, secret: candidate.secret,
            access: ClientInformation.Access(
                token: token, address: "\(environment.issuer)/oauth2/register/\(candidate.client.id)"))
    }

    private func event(
        _ kind: AuditEvent.Kind, _ registration: ClientRegistration, at now: Date, _ visit: Visit
    ) -> AuditEvent {
        AuditEvent(
            kind, at: now, ray: visit.ray, client: registration.clientID, address: visit.address,
            reason: "client_token:\(registration.initialAccess)")
    }
}
