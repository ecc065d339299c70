/// The secrets that the sample city shares with the broker and with its pool; made anew for every demo.
package struct DemoCredentials: Sendable {
    package let transportSecret: String
    /// With which the login front end's own back end stages tokens.
    package let frontEndSecret: String
    /// With which the broker redeems codes at the pool's OpenID face.
    package let poolSecret: String

    package init(transportSecret: String, frontEndSecret: String, poolSecret: String) {
        self.transportSecret = transportSecret
        self.frontEndSecret = frontEndSecret
        self.poolSecret = poolSecret
    }

    /// Draws all of them from `randomness`, which returns that many random bytes.
    package init(randomness: (_ count: Int) -> [UInt8]) {
        self.init(
            transportSecret: Encoding.base64URL(randomness(24)), frontEndSecret: Encoding.base64URL(randomness(24)),
            poolSecret: Encoding.base64URL(randomness(24)))
    }
}
