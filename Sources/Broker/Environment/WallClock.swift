#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The time of day, given from outside so that tests can stop it.
package protocol WallClock: Sendable {
    var now: Date { get }
}

extension Date {
    /// Whole seconds since 1970 (RFC 7519 §2 NumericDate), rounded down.
    package var numericDate: Int { Int(timeIntervalSince1970.rounded(.down)) }

    /// Whole milliseconds since 1970, rounded down.
    package var milliseconds: Int { Int((timeIntervalSince1970 * 1000).rounded(.down)) }
}
