import Broker
import Logging
import OAuth

/// Everything `serve` is told. Keys, all optional:
/// - `issuer` (origin, default `http://localhost:<port>`): the broker's own address, as browsers and clients see it.
/// - `host` (address, default `127.0.0.1` for a loopback issuer, else `0.0.0.0`): where to listen.
/// - `port` (1 to 65535, default the issuer's where nobody stands before this program, else 8080): where to listen.
/// - `providers` (path, default `./providers`): the folder of provider files.
/// - `scopes` (path, default `./scopes.json` if it is there): the file of scopes.
/// - `templates` (path, default see ``TemplatesLocation``): the folder of page templates.
/// - `login-front-end` (URL): the separate web front end that leads logins.
/// - `tls-certificate`, `tls-key` (paths of PEM files, both or neither): answer with TLS.
/// - `trusted-proxies` (addresses and networks, separated by commas): whose `X-Forwarded-For` is believed.
/// - `metrics-readers` (addresses and networks, separated by commas, default `127.0.0.1,::1` for a loopback issuer, else
///   nobody): who may read `/metrics`.
/// - `request-deadline` (seconds, 1 to 3600, default 30): how long a request's header, then its body, may take to come.
/// - `keep-alive` (seconds, 1 to 3600, default 75): how long an unused connection stays open.
/// - `code-lifetime` (seconds, 1 to 600, default 60): how long an authorization code lives.
/// - `grant-lifetime` (seconds, 1 to 315360000, default 90 days): how long a grant can be refreshed in all.
/// - `grant-idle-lifetime` (seconds, 1 to 315360000, default 30 days): how long a grant outlives its last refresh.
/// - `grants-per-client` (1 to 10000, default 50): how many grants with a refresh token an account may have at a client.
/// - `audit-retention` (days, 1 to 36500, default for ever): how long events of the trail are kept.
/// - `machine` (0 to 65535, default derived from the host name): this node's number in Ray IDs.
/// - `log-level` (default `info`), `log-format` (`text` or `json`, default `text`).
///
/// And those of ``DataConfiguration``.
struct ServeConfiguration: Sendable {
    let issuer: Issuer
    let host: String
    let port: Int
    let data: DataConfiguration
    let providers: String
    let scopes: ScopesLocation
    let templates: String
    let loginFrontEnd: LoginFrontEnd?
    let transport: Transport
    let trustedProxies: [String]
    let metricsReaders: [String]
    let connectionTimes: ConnectionTimes
    let lifetimes: Lifetimes
    let limits: Limits
    let auditRetention: TrailKeeper.Retention
    let machine: UInt16?
    let logging: LogSettings

    /// How the program itself answers.
    enum Transport: Sendable {
        case plain
        case tls(certificate: String, key: String)
    }

    init(_ settings: Settings) throws(ConfigurationFlaw) {
        let port = try settings.value(.port, expecting: "a port: a number from 1 to 65535") { text in
            Int(text).flatMap { (1...65535).contains($0) ? $0 : nil }
        }
        let transport = try Self.transport(settings)
        let issuer = try Self.issuer(settings, port: port, transport: transport)
        self.issuer = issuer
        self.transport = transport
        self.port = port ?? Self.standardPort(issuer.origin, transport: transport)
        let host = try settings.value(.host, expecting: "an address or host name") { $0.isEmpty ? nil : $0 }
        self.host = host ?? (issuer.origin.isLoopback ? "127.0.0.1" : "0.0.0.0")
        data = try DataConfiguration(settings)
        providers = try settings.path(.providers) ?? "providers"
        scopes = try ScopesLocation(settings)
        templates = try settings.path(.templates) ?? TemplatesLocation.standard
        loginFrontEnd = try settings.value(
            .loginFrontEnd, expecting: "an http or https URL without query and fragment", LoginFrontEnd.init)
        trustedProxies = Self.list(settings[.trustedProxies] ?? "")
        // Where the broker is not for this machine alone, a proxy on this machine speaks for strangers.
        metricsReaders = Self.list(settings[.metricsReaders] ?? (issuer.origin.isLoopback ? "127.0.0.1,::1" : ""))
        connectionTimes = try ConnectionTimes(settings)
        lifetimes = try Lifetimes(settings)
        limits = try Limits(settings)
        auditRetention =
            try settings.value(.auditRetention, expecting: "a number of days from 1 to 36500") { text in
                Int(text).flatMap { (1...36500).contains($0) ? .days($0) : nil }
            } ?? .forever
        machine = try settings.value(.machine, expecting: "a number from 0 to 65535") { UInt16($0) }
        logging = try LogSettings(settings)
    }

    private static func list(_ text: String) -> [String] {
        text.split(whereSeparator: { ", ".contains($0) }).map(String.init)
    }

    private static func transport(_ settings: Settings) throws(ConfigurationFlaw) -> Transport {
        switch (try settings.path(.tlsCertificate), try settings.path(.tlsKey)) {
        case (nil, nil): return .plain
        case (let certificate?, let key?): return .tls(certificate: certificate, key: key)
        case (nil, .some): throw ConfigurationFlaw(.tlsCertificate, "is missing: --tls-key needs both")
        case (.some, nil): throw ConfigurationFlaw(.tlsKey, "is missing: --tls-certificate needs both")
        }
    }

    private static func issuer(
        _ settings: Settings, port: Int?, transport: Transport
    ) throws(ConfigurationFlaw) -> Issuer {
        let scheme =
            switch transport {
            case .plain: "http"
            case .tls: "https"
            }
        let text = settings[.issuer] ?? "\(scheme)://localhost:\(port ?? 8080)"
        let issuer: Issuer
        do throws(Issuer.Flaw) {
            issuer = try Issuer(text)
        } catch {
            switch error {
            case .notAnOrigin:
                throw ConfigurationFlaw(
                    .issuer, found: text,
                    "should be an origin such as https://login.city.example: scheme, host and port in lower case, no "
                        + "path, query or fragment")
            case .insecure:
                throw ConfigurationFlaw(
                    .issuer, found: text, "should be https: the issuer can be plain http on loopback only")
            }
        }
        if case .tls = transport, issuer.origin.scheme == .http {
            throw ConfigurationFlaw(.issuer, found: text, "should be https, because --tls-certificate is set")
        }
        return issuer
    }

    /// The issuer's own port where browsers reach this program directly, else 8080 for whatever stands before it.
    private static func standardPort(_ origin: WebOrigin, transport: Transport) -> Int {
        let named = origin.port.map(Int.init)
        switch (transport, origin.scheme) {
        case (.tls, _): return named ?? 443
        case (.plain, .http): return named ?? 80
        case (.plain, .https): return 8080
        }
    }
}
