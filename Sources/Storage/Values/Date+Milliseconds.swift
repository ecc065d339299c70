#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension Date {
    /// Milliseconds since 1970, to the nearest, which is how every time is stored.
    package var milliseconds: Int64 {
        let milliseconds = (timeIntervalSince1970 * 1000).rounded()
        // Beyond 285,000 years a Double no longer counts milliseconds, and soon after an Int64 traps.
        return Int64(max(-0x1F_FFFF_FFFF_FFFF, min(0x1F_FFFF_FFFF_FFFF, milliseconds)))
    }

    package init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
