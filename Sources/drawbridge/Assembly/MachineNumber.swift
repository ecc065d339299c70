import Foundation

/// The number in Ray IDs that tells nodes apart.
enum MachineNumber {
    /// A number from this host's name, so that nodes differ without being told.
    static var ofHost: UInt16 { hash(ProcessInfo.processInfo.hostName) }

    /// A number for a command that runs beside a broker on the same host.
    static var ofProcess: UInt16 {
        hash("\(ProcessInfo.processInfo.hostName) \(ProcessInfo.processInfo.processIdentifier)")
    }

    /// FNV-1a, folded to 16 bits.
    private static func hash(_ text: String) -> UInt16 {
        let hash = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return UInt16(truncatingIfNeeded: hash >> 16 ^ hash)
    }
}
