import Storage

/// A grant that goes on, and what its refresh token has been exchanged for already, within the grace window.
final class LiveGrant: Sendable {
    let grant: Grant
    let person: Person?
    let sealedSuccessor: String?

    init(grant: Grant, person: Person?, sealedSuccessor: String?) {
        self.grant = grant
        self.person = person
        self.sealedSuccessor = sealedSuccessor
    }
}
