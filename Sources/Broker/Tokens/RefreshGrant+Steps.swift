import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension RefreshGrant {
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

    /// What the store is asked to put in a refresh token's place.
    final class Rotation: Sendable {
        let successor: RefreshSuccessor
        let sealed: String
        let now: Date
        let grantEnd: Date

        init(_ successor: RefreshSuccessor, sealed: String, now: Date, grantEnd: Date) {
            self.successor = successor
            self.sealed = sealed
            self.now = now
            self.grantEnd = grantEnd
        }
    }
}
