package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A signing key at rest: its private half only sealed.
package struct StoredSigningKey: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Published, not yet used.
        case next
        case active
        /// Still published, no longer used.
        case retiring
    }

    package let id: KeyID
    package let algorithm: SignatureAlgorithm
    package var state: State
    package let sealedPrivateKey: String
    package let createdAt: Date

    package init(
        id: KeyID, algorithm: SignatureAlgorithm, state: State, sealedPrivateKey: String, createdAt: Date
    ) {
        self.id = id
        self.algorithm = algorithm
        self.state = state
        self.sealedPrivateKey = sealedPrivateKey
        self.createdAt = createdAt
    }
}
