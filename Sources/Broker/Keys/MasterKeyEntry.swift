package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A master key, and from when on it seals; nil means always.
package struct MasterKeyEntry: Sendable {
    static let timeName = "seals-from="

    package let key: MasterKey
    package let sealsFrom: Date?

    package init(key: MasterKey, sealsFrom: Date? = nil) {
        self.key = key
        self.sealsFrom = sealsFrom
    }
}

extension [MasterKeyEntry] {
    /// Which of the keys seals at `now`: the first one whose time has come, or the oldest where none has.
    package func sealingIndex(at now: Date) -> Int {
        firstIndex { ($0.sealsFrom ?? .distantPast) <= now } ?? count - 1
    }

    /// The keys as a ring takes them at `now`: the one that seals first.
    package func keys(at now: Date) -> [MasterKey] {
        guard !isEmpty else { return [] }
        var keys = map(\.key)
        keys.insert(keys.remove(at: sealingIndex(at: now)), at: 0)
        return keys
    }
}
