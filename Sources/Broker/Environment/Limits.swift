/// How much there may be of what people and clients can make more of.
package struct Limits: Sendable, Hashable {
    /// Grants with refresh tokens, of one account at one client.
    package var grantsPerClient = 50

    package init() {}
}
