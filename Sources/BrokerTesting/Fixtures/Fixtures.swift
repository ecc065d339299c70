package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Values that tests have in common. Every field differs from its default: a default survives even where it is dropped.
package enum Fixtures {
    /// 2025-08-07 12:00:00.125 UTC.
    package static let noon = Date(timeIntervalSince1970: 1_754_568_000.125)

    /// `seconds` after ``noon``, to the millisecond that stores keep.
    package static func noon(plus seconds: Double) -> Date {
        Date(timeIntervalSince1970: ((noon.timeIntervalSince1970 + seconds) * 1000).rounded() / 1000)
    }

    /// The upstream pool most people of the sample city log in at.
    package static let pool = ProviderID(rawValue: "city-pool")

    /// The handle that `label` stands for: the same for the same label, different for others.
    package static func handle(_ label: String) -> Secret { Secret("handle-of-\(label)-with-enough-bytes-to-hash") }

    /// The digest of ``handle(_:)``.
    package static func digest(_ label: String) -> HandleDigest { HandleDigest(of: handle(label)) }

    /// The resources of those names.
    package static func resources(_ names: String...) -> [ResourceIndicator] {
        names.compactMap { ResourceIndicator("https://api.city.example/\($0)?v=1") }
    }

    /// The verifier whose challenge every sample code carries.
    package static var verifier: CodeVerifier {
        var generator = SplitMix64(seed: 7636)
        return CodeVerifier(random: RandomBytes(from: &generator))
    }
}
