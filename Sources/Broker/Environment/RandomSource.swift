package import OAuth

/// Cryptographically secure random bytes, given from outside so that tests can repeat them.
package protocol RandomSource: Sendable {
    /// Fresh bytes of the width.
    func bytes<Width: RandomWidth>(_ width: Width.Type) -> RandomBytes<Width>
}

extension RandomSource {
    /// A fresh 128-bit salt for one sealed envelope.
    package func salt() -> RandomBytes<Bits128> { bytes(Bits128.self) }

    /// A fresh 256-bit secret handle.
    package func handle() -> Secret { bytes(Bits256.self).handle }

    /// A fresh 128-bit name.
    package func identifier<Subject>() -> Identifier<Subject> { Identifier(rawValue: bytes(Bits128.self).name) }
}
