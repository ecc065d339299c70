import Configuration

/// A setting: an option, and an environment variable of the same name.
enum Setting: String, CaseIterable, Sendable {
    case issuer
    case host
    case port
    case data
    case providers
    case scopes
    case templates
    case databaseURL = "database-url"
    case loginFrontEnd = "login-front-end"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case trustedProxies = "trusted-proxies"
    case metricsReaders = "metrics-readers"
    case requestDeadline = "request-deadline"
    case keepAlive = "keep-alive"
    case codeLifetime = "code-lifetime"
    case grantLifetime = "grant-lifetime"
    case grantIdleLifetime = "grant-idle-lifetime"
    case grantsPerClient = "grants-per-client"
    case argon2
    case auditRetention = "audit-retention"
    case signingKeyLifetime = "signing-key-lifetime"
    case machine
    case logLevel = "log-level"
    case logFormat = "log-format"
    /// By environment alone: a command line is for everybody to see.
    case masterKey = "master-key"

    /// The name on the command line.
    var option: String { "--\(rawValue)" }

    /// The name in the environment.
    var variable: String {
        "DRAWBRIDGE_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// Its place among all that is configured.
    var key: AbsoluteConfigKey {
        AbsoluteConfigKey(["drawbridge"] + rawValue.split(separator: "-").map(String.init))
    }
}
