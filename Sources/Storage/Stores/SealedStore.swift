#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// All that rests sealed, as envelopes whose content the store does not know.
package protocol SealedStore: Sendable {
    /// At most `limit` rows of `place` whose envelope begins with none of `prefixes`, in the order of their keys, from
    /// the first one after `key` on.
    func envelopes(
        at place: SealedPlace, after key: [[UInt8]]?, beginningWithNoneOf prefixes: [String], limit: Int
    ) async throws -> [SealedRow]

    /// Puts the new envelopes in the place of the old ones, where those still stand; the number replaced.
    func replaceEnvelopes(at place: SealedPlace, _ replacements: [EnvelopeReplacement]) async throws -> Int

    /// How many envelopes rest at `place`, by the first `length` characters of their text.
    func countEnvelopes(at place: SealedPlace, byFirst length: Int) async throws -> [String: Int]

    /// The living grants whose newest refresh token was made before `time`: how many there are, and when the last ends.
    func grantsRefreshed(before time: Date, at now: Date) async throws -> (count: Int, end: Date?)
}
