/// How much there may be of what people and clients can make more of.
package struct Limits: Sendable, Hashable {
    /// Grants with refresh tokens, of one account at one client.
    package var grantsPerClient = 50
    /// Devices that wait to be let in; each is a row before anybody has logged in.
    package var waitingDevices = 10_000
    package var waitingDevicesPerClient = 2000

    package init() {}
}
