import Foundation
package import OAuth

/// Hashes and verifies passwords and client secrets with Argon2id, a few at a time.
package struct PasswordHasher: Sendable {
    /// So many wait already that one more would only time out: answered by 503.
    package struct Overloaded: Error, Equatable, Sendable {}

    /// A stored hash that cannot be verified: damage, another algorithm, or absurd parameters.
    package struct UnusableHash: Error, Equatable, Sendable {}

    /// How many hashes may be computed and awaited at once.
    package struct Limits: Sendable {
        package var concurrent: Int
        package var waiting: Int

        /// By default one core is left free for everything else.
        package init(
            concurrent: Int = max(1, ProcessInfo.processInfo.activeProcessorCount - 1), waiting: Int = 64
        ) {
            self.concurrent = concurrent
            self.waiting = waiting
        }
    }

    /// What a verification found.
    package enum Verdict: Equatable, Sendable {
        case matches
        /// It matches, and should be hashed anew while the password is at hand.
        case matchesWithOldParameters
        case differs
    }

    /// What new hashes cost.
    package let parameters: Argon2Parameters
    private let salt: @Sendable () -> RandomBytes<Bits128>
    private let line: WaitingLine
    private let decoy: PHCString

    /// Hashes with `parameters` and a fresh salt from `salt` each time.
    package init(
        parameters: Argon2Parameters = .standard, limits: Limits = Limits(),
        salt: @escaping @Sendable () -> RandomBytes<Bits128>
    ) {
        self.parameters = parameters
        self.salt = salt
        line = WaitingLine(concurrent: limits.concurrent, capacity: limits.waiting)
        decoy = PHCString(
            parameters: parameters, salt: [UInt8](repeating: 0, count: Bits128.byteCount),
            tag: [UInt8](repeating: 0, count: PHCString.tagByteCount))
    }

    /// Hashes `password` for storage.
    ///
    /// - Throws: ``Overloaded``, ``Argon2Failure``, or `CancellationError` while waiting.
    package func hash(_ password: Secret) async throws -> PasswordHash {
        let password = PasswordHasher.prepare(password)
        let salt = salt().bytes
        let parameters = parameters
        let tag = try await takeTurn {
            try Argon2.hash(password, salt: salt, parameters: parameters, byteCount: PHCString.tagByteCount)
        }
        return PasswordHash(phc: PHCString(parameters: parameters, salt: salt, tag: tag).text)
    }

    /// Compares `password` with a stored hash.
    ///
    /// - Throws: ``UnusableHash``, ``Overloaded``, ``Argon2Failure``, or `CancellationError` while waiting.
    package func verify(_ password: Secret, against hash: PasswordHash) async throws -> Verdict {
        guard let stored = PHCString(parsing: hash.phc) else { throw UnusableHash() }
        guard try await matches(password, stored) else { return .differs }
        let isCurrent =
            stored.parameters == parameters && stored.salt.count == Bits128.byteCount
            && stored.tag.count == PHCString.tagByteCount
        return isCurrent ? .matches : .matchesWithOldParameters
    }

    /// Takes as long as ``verify(_:against:)``, so that an unknown user cannot be told from a wrong password.
    ///
    /// - Throws: ``Overloaded``, ``Argon2Failure``, or `CancellationError` while waiting.
    package func verifyNothing(_ password: Secret) async throws {
        _ = try await matches(password, decoy)
    }

    private func matches(_ password: Secret, _ stored: PHCString) async throws -> Bool {
        let password = PasswordHasher.prepare(password)
        return try await takeTurn {
            let tag = try Argon2.hash(
                password, salt: stored.salt, parameters: stored.parameters, byteCount: stored.tag.count)
            return constantTimeEquals(tag, stored.tag)
        }
    }

    private func takeTurn<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        do {
            return try await line.run(work)
        } catch is WaitingLine.Full {
            throw Overloaded()
        }
    }

    /// One spelling for every way of typing a password: other spaces become spaces, then NFC (RFC 8265 §4.2.2).
    static func prepare(_ password: Secret) -> [UInt8] {
        let text = password.reveal()
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return Array(text.utf8) }
        var spaced = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            spaced.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
        }
        return Array(String(spaced).precomposedStringWithCanonicalMapping.utf8)
    }
}
