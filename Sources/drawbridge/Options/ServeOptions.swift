import ArgumentParser

/// The options of `serve`, as they were typed.
struct ServeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The broker's own address as browsers and clients see it; https, or http on loopback "
                + "(DRAWBRIDGE_ISSUER; default: http://localhost:<port>).", valueName: "url"))
    var issuer: String?

    @Option(
        help: ArgumentHelp(
            "The address to listen on (DRAWBRIDGE_HOST; default: 127.0.0.1 for a loopback issuer, else 0.0.0.0).",
            valueName: "address"))
    var host: String?

    @Option(
        help: ArgumentHelp(
            "The port to listen on (DRAWBRIDGE_PORT; default: the issuer's, or 8080 behind a proxy that does TLS).",
            valueName: "number"))
    var port: String?

    @OptionGroup var data: DataOptions

    @OptionGroup var providers: ProviderOptions

    @OptionGroup var scopes: ScopeOptions

    @Option(
        help: ArgumentHelp(
            "The folder of page templates (DRAWBRIDGE_TEMPLATES; default: ./templates, or the one beside the sources "
                + "when run from .build).", valueName: "path"))
    var templates: String?

    @Option(
        help: ArgumentHelp(
            "The separate web front end that leads logins (DRAWBRIDGE_LOGIN_FRONT_END).", valueName: "url"))
    var loginFrontEnd: String?

    @Option(
        help: ArgumentHelp(
            "Answer with TLS: the certificate chain (DRAWBRIDGE_TLS_CERTIFICATE).", valueName: "pem-file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key (DRAWBRIDGE_TLS_KEY).", valueName: "pem-file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Addresses and networks whose X-Forwarded-For is believed, separated by commas "
                + "(DRAWBRIDGE_TRUSTED_PROXIES).", valueName: "list"))
    var trustedProxies: String?

    @Option(
        help: ArgumentHelp(
            "Addresses and networks that may read /metrics, separated by commas (DRAWBRIDGE_METRICS_READERS; "
                + "default: 127.0.0.1,::1 for a loopback issuer, else nobody).", valueName: "list"))
    var metricsReaders: String?

    @Option(
        help: ArgumentHelp(
            "How long the header of a request, after a TLS handshake, and then its body may take to come "
                + "(DRAWBRIDGE_REQUEST_DEADLINE; default: 30).", valueName: "seconds"))
    var requestDeadline: String?

    @Option(
        help: ArgumentHelp(
            "How long an unused connection stays open; longer than a proxy keeps it (DRAWBRIDGE_KEEP_ALIVE; "
                + "default: 75).", valueName: "seconds"))
    var keepAlive: String?

    @Option(
        help: ArgumentHelp(
            "How long an authorization code lives, up to 600 (DRAWBRIDGE_CODE_LIFETIME; default: 60).",
            valueName: "seconds"))
    var codeLifetime: String?

    @Option(
        help: ArgumentHelp(
            "How long a grant can be refreshed in all (DRAWBRIDGE_GRANT_LIFETIME; default: 7776000, 90 days).",
            valueName: "seconds"))
    var grantLifetime: String?

    @Option(
        help: ArgumentHelp(
            "How long a grant outlives its last refresh (DRAWBRIDGE_GRANT_IDLE_LIFETIME; default: 2592000, 30 days).",
            valueName: "seconds"))
    var grantIdleLifetime: String?

    @Option(
        help: ArgumentHelp(
            "How many grants with a refresh token an account may have at one client; the oldest give way "
                + "(DRAWBRIDGE_GRANTS_PER_CLIENT; default: 50).", valueName: "number"))
    var grantsPerClient: String?

    @Option(
        help: ArgumentHelp(
            "What new password hashes cost: KiB of memory, passes, lanes "
                + "(DRAWBRIDGE_ARGON2; default: m=19456,t=2,p=1).", valueName: "m=,t=,p="))
    var argon2: String?

    @Option(
        help: ArgumentHelp(
            "How long events of the trail are kept (DRAWBRIDGE_AUDIT_RETENTION; default: for ever).",
            valueName: "days"))
    var auditRetention: String?

    @Option(
        help: ArgumentHelp(
            "For how long a key signs tokens before the next one takes over (DRAWBRIDGE_SIGNING_KEY_LIFETIME; "
                + "default: 90).", valueName: "days"))
    var signingKeyLifetime: String?

    @Option(
        help: ArgumentHelp(
            "This node's number in Ray IDs, 0 to 65535 (DRAWBRIDGE_MACHINE; default: from the host name).",
            valueName: "number"))
    var machine: String?

    @OptionGroup var logging: LogOptions

    var settings: [Setting: String] {
        let own: [Setting: String?] = [
            .issuer: issuer, .host: host, .port: port, .templates: templates, .loginFrontEnd: loginFrontEnd,
            .tlsCertificate: tlsCertificate, .tlsKey: tlsKey, .trustedProxies: trustedProxies,
            .metricsReaders: metricsReaders,
            .requestDeadline: requestDeadline, .keepAlive: keepAlive, .codeLifetime: codeLifetime,
            .grantLifetime: grantLifetime, .grantIdleLifetime: grantIdleLifetime, .grantsPerClient: grantsPerClient,
            .argon2: argon2, .auditRetention: auditRetention,
            .signingKeyLifetime: signingKeyLifetime, .machine: machine,
        ]
        return own.compactMapValues(\.self)
            .merging(data.settings) { own, _ in own }
            .merging(providers.settings) { own, _ in own }
            .merging(scopes.settings) { own, _ in own }
            .merging(logging.settings) { own, _ in own }
    }
}
