package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A signing key at rest: its private half only sealed.
package struct StoredSigningKey: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Published, to be used from ``StoredSigningKey/signsFrom`` on.
        case next
        case active
        /// Still published, no longer used.
        case retiring
    }

    package let id: KeyID
    package let algorithm: SignatureAlgorithm
    package var state: State
    package let sealedPrivateKey: String
    /// When it was made, and published.
    package let createdAt: Date
    /// When it begins, or began, to sign.
    package var signsFrom: Date
    /// When all that a retiring key signed has expired, so that it can go; nil for the others.
    package var removableAt: Date?

    package init(
        id: KeyID, algorithm: SignatureAlgorithm, state: State, sealedPrivateKey: String, createdAt: Date,
        signsFrom: Date, removableAt: Date? = nil
    ) {
        self.id = id
        self.algorithm = algorithm
        self.state = state
        self.sealedPrivateKey = sealedPrivateKey
        self.createdAt = createdAt
        self.signsFrom = signsFrom
        self.removableAt = removableAt
    }
}
