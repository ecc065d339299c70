import Broker
import Logging
import Testing

@testable import drawbridge

@Suite("Configuration of serve")
struct ServeConfigurationTests {
    private func configuration(
        _ options: [Setting: String] = [:], environment: [String: String] = [:]
    ) throws -> ServeConfiguration {
        try ServeConfiguration(Settings(options: options, environment: environment))
    }

    @Test("Nothing has to be set")
    func defaults() throws {
        let configuration = try configuration()
        #expect(configuration.issuer.value == "http://localhost:8080")
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 8080)
        #expect(configuration.data.folder == "data")
        #expect(configuration.data.database == "data/drawbridge.sqlite")
        #expect(configuration.providers == "providers")
        #expect(configuration.connectionTimes.request == .seconds(30))
        #expect(configuration.connectionTimes.keepAlive == .seconds(75))
        #expect(configuration.lifetimes.code == 60)
        #expect(configuration.lifetimes.grant == 7_776_000)
        #expect(configuration.lifetimes.idleGrant == 2_592_000)
        #expect(configuration.limits.grantsPerClient == 50)
        #expect(configuration.logging.level == .info)
        #expect(configuration.logging.format == .text)
    }

    @Test(
        "Issuer, host and port follow each other where only one is set",
        arguments: [
            ([.port: "9000"], "http://localhost:9000", "127.0.0.1", 9000),
            ([.issuer: "http://localhost:9001"], "http://localhost:9001", "127.0.0.1", 9001),
            ([.issuer: "http://[::1]:9001/"], "http://[::1]:9001", "127.0.0.1", 9001),
            ([.issuer: "https://login.city.example"], "https://login.city.example", "0.0.0.0", 8080),
            ([.issuer: "https://login.city.example", .port: "80"], "https://login.city.example", "0.0.0.0", 80),
            (
                [.issuer: "https://login.city.example", .tlsCertificate: "c", .tlsKey: "k"],
                "https://login.city.example", "0.0.0.0", 443
            ),
            (
                [.issuer: "https://login.city.example:8443", .tlsCertificate: "c", .tlsKey: "k"],
                "https://login.city.example:8443", "0.0.0.0", 8443
            ),
            ([.port: "9443", .tlsCertificate: "c", .tlsKey: "k"], "https://localhost:9443", "127.0.0.1", 9443),
        ] as [([Setting: String], String, String, Int)])
    func addresses(_ options: [Setting: String], issuer: String, host: String, port: Int) throws {
        let configuration = try configuration(options)
        #expect(configuration.issuer.value == issuer)
        #expect(configuration.host == host)
        #expect(configuration.port == port)
    }

    @Test("Every setting is a variable too, and the option wins")
    func precedence() throws {
        let environment = [
            "DRAWBRIDGE_PORT": "9000", "DRAWBRIDGE_DATABASE_URL": "sqlite:/var/lib/x.db",
            "DRAWBRIDGE_LOGIN_FRONT_END": "https://front.city.example/", "DRAWBRIDGE_LOG_LEVEL": "debug",
            "DRAWBRIDGE_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "DRAWBRIDGE_MACHINE": "7",
            "DRAWBRIDGE_ARGON2": "m=8192,t=3,p=2", "DRAWBRIDGE_REQUEST_DEADLINE": "10", "DRAWBRIDGE_KEEP_ALIVE": "20",
        ]
        let configuration = try configuration([.port: "9001"], environment: environment)
        #expect(configuration.port == 9001)
        #expect(configuration.data.database == "/var/lib/x.db")
        #expect(configuration.loginFrontEnd?.address == "https://front.city.example")
        #expect(configuration.logging.level == .debug)
        #expect(configuration.trustedProxies == ["10.0.0.0/8", "::1"])
        #expect(configuration.machine == 7)
        #expect(configuration.connectionTimes.request == .seconds(10))
        #expect(configuration.connectionTimes.keepAlive == .seconds(20))
        #expect(configuration.data.argon2.memoryKiB == 8192)
        #expect(configuration.data.argon2.iterations == 3)
        #expect(configuration.data.argon2.parallelism == 2)
    }

    @Test(
        "A setting that cannot be is refused by name",
        arguments: [
            (.issuer, ""), (.issuer, "http://login.city.example"), (.issuer, "https://login.city.example/path"),
            (.issuer, "https://LOGIN.city.example"), (.issuer, "https://user@login.city.example"),
            (.port, "0"), (.port, "65536"), (.port, "-1"), (.port, "0x50"), (.port, ""), (.host, ""), (.data, ""),
            (.providers, ""), (.templates, ""), (.databaseURL, "postgres://db/x"), (.databaseURL, "sqlite:"),
            (.databaseURL, "sqlite://host/path"), (.databaseURL, "x.sqlite"), (.loginFrontEnd, "front.city.example"),
            (.loginFrontEnd, "https://front.city.example/?a=1"), (.tlsKey, ""), (.requestDeadline, "0"),
            (.requestDeadline, "3601"), (.keepAlive, "0"), (.keepAlive, "1.5"), (.codeLifetime, "0"),
            (.codeLifetime, "601"), (.grantLifetime, "0"), (.grantLifetime, "315360001"),
            (.grantIdleLifetime, "-1"), (.grantsPerClient, "0"), (.grantsPerClient, "10001"),
            (.signingKeyLifetime, "0"), (.signingKeyLifetime, "3651"), (.machine, "65536"),
            (.logLevel, "loud"), (.logFormat, "xml"),
            (.argon2, ""), (.argon2, "m=19456"), (.argon2, "t=2,m=19456,p=1"), (.argon2, "m=1,t=1,p=1"),
            (.argon2, "m=99999999,t=2,p=1"), (.argon2, "m=19456,t=2,p=1,x=1"), (.masterKey, ""), (.masterKey, "short"),
        ] as [(Setting, String)])
    func flaws(_ setting: Setting, value: String) {
        for environment in [[:], [setting.variable: value]] {
            let options = environment.isEmpty ? [setting: value] : [:]
            #expect {
                try configuration(options, environment: environment)
            } throws: { error in
                guard let flaw = error as? ConfigurationFlaw else { return false }
                return flaw.setting == setting && flaw.description.contains(setting.variable)
            }
        }
    }

    @Test("A master key that cannot be read is not repeated")
    func masterKeyStaysSecret() {
        #expect {
            try configuration(environment: ["DRAWBRIDGE_MASTER_KEY": "not-a-master-key"])
        } throws: { error in
            !"\(error)".contains("not-a-master-key")
        }
    }

    @Test("Of certificate and key, one alone is refused", arguments: [Setting.tlsCertificate, .tlsKey])
    func halfOfTLS(_ setting: Setting) {
        #expect(throws: ConfigurationFlaw.self) { try configuration([setting: "file.pem"]) }
    }

    @Test("With a certificate the issuer cannot be http")
    func certificateForHTTP() {
        #expect(throws: ConfigurationFlaw.self) {
            try configuration([.issuer: "http://localhost:8080", .tlsCertificate: "c", .tlsKey: "k"])
        }
    }
}
