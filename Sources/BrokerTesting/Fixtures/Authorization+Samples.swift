package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension StagedLogin {
    /// A login staged for the payload `id`, which lives five minutes from noon.
    package static func sample(
        _ id: String, person: SamplePerson = .anna, expiresAt: Date = Fixtures.noon(plus: 300)
    ) -> StagedLogin {
        StagedLogin(
            payloadID: PayloadID(rawValue: id), login: person.login(), sealedTokens: "sealed-tokens-of-\(id)",
            expiresAt: expiresAt)
    }
}

extension IssuedCode {
    /// The code whose handle is `Fixtures.handle(label)` and whose grant is `grant-label`; it lives a minute from noon.
    package static func sample(
        _ label: String, person: SamplePerson = .anna, client: ClientID = ClientID(rawValue: "transport"),
        expiresAt: Date = Fixtures.noon(plus: 60)
    ) -> IssuedCode {
        IssuedCode(
            digest: Fixtures.digest(label), grantID: GrantID(rawValue: "grant-\(label)"), clientID: client,
            redirect: RegisteredRedirect(stored: "https://transport.city.example/callback"),
            challenge: CodeChallenge(of: Fixtures.verifier), scope: Scope(["openid", "email", "offline_access"]),
            claims: ClaimSelection(idToken: ["name"], userInfo: ["name", "picture"]), nonce: "nonce of \(label)",
            resources: Fixtures.resources(label, "tickets"), login: person.login(),
            sealedTokens: "sealed-tokens-of-\(label)",
            expiresAt: expiresAt)
    }

    /// The grant this code becomes when it is redeemed at `time`; it lives an hour.
    package func grant(at time: Date = Fixtures.noon) -> Grant {
        Grant(
            id: grantID, clientID: clientID, scope: scope, claims: claims, resources: resources, login: login,
            createdAt: time,
            expiresAt: time.addingTimeInterval(3600))
    }
}

extension Session {
    /// The session whose cookie is `Fixtures.handle(label)`: idle after ten minutes, over an hour after noon.
    package static func sample(_ label: String, person: SamplePerson = .anna) -> Session {
        Session(
            digest: Fixtures.digest(label), login: person.login(sessionName: "sid-\(label)"),
            createdAt: Fixtures.noon(plus: -5), lastSeenAt: Fixtures.noon, idleLifetime: 600,
            expiresAt: Fixtures.noon(plus: 3600), sealedIDToken: "sealed-id-token-of-\(label)")
    }
}

extension StoredSigningKey {
    package static func sample(
        _ id: String, algorithm: SignatureAlgorithm = .es256, state: State = .active, at time: Date = Fixtures.noon,
        signsFrom: Date? = nil
    ) -> StoredSigningKey {
        StoredSigningKey(
            id: KeyID(rawValue: id), algorithm: algorithm, state: state, sealedPrivateKey: "sealed-key-of-\(id)",
            createdAt: time, signsFrom: signsFrom ?? time)
    }
}

extension AuditEvent {
    /// An event with every field set.
    package static func sample(
        _ kind: Kind, at time: Date = Fixtures.noon, ray: RayID = RayID(rawValue: 0x8123_4567_89AB_CDEF),
        account: AccountID = SamplePerson.anna.accountID, client: ClientID = ClientID(rawValue: "transport")
    ) -> AuditEvent {
        AuditEvent(
            kind, at: time, ray: ray, account: account, client: client, provider: Fixtures.pool,
            grant: GrantID(rawValue: "grant-1"), address: "2001:db8::1", reason: "why_not")
    }
}
