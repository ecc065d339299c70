/// The loopback ports of the sample city, each a site of its own origin.
package struct DemoPorts: Sendable, Hashable {
    package var loginFrontEnd: Int
    package var transport: Int
    package var parking: Int
    package var pool: Int

    package init(loginFrontEnd: Int = 8081, transport: Int = 8082, parking: Int = 8083, pool: Int = 8084) {
        self.loginFrontEnd = loginFrontEnd
        self.transport = transport
        self.parking = parking
        self.pool = pool
    }

    /// What a browser calls the site on `port`. All sites say `localhost`, so that they are one site to cookies.
    static func address(_ port: Int) -> String { "http://localhost:\(port)" }
}
