package import SimulatedUpstream

extension DemoCity {
    /// Who can log in at the pool.
    package static let people = [
        SimulatedPerson(
            userName: "zuzana", password: "Cerveny-Most-42", subject: "6f1c7a52-9d3b-4f0e-8a61-2f6f6d1f4b11",
            email: "zuzana.kovacova@city.example", name: "Zuzana Kováčová", groups: ["residents", "cyclists"]),
        SimulatedPerson(
            userName: "peter", password: "Zeleny-Park-17", subject: "c2b8e0d4-51a7-4c3f-9b1d-7e0a5d8f3c62",
            email: "peter.novak@city.example", name: "Peter Novák", groups: ["residents"]),
    ]

    /// The id of the pool's provider file, through which the login front end leads.
    package static let poolProviderID = "city-pool"
    /// The id of the provider file of the pool's OpenID face, which the broker leads.
    package static let openIDProviderID = "city-openid"

    static let poolClientID = "city-front-end"
    static let openIDClientID = "drawbridge"

    static func poolClients(issuer: String, ports: DemoPorts, credentials: DemoCredentials) -> [SimulatedClient] {
        func callback(_ provider: String) -> String { "\(issuer)/login/\(provider)/callback" }
        return [
            SimulatedClient(
                id: poolClientID, face: .pool, redirectURIs: [callback(poolProviderID)], logoutURIs: [issuer]),
            SimulatedClient(
                id: openIDClientID, secret: credentials.poolSecret, face: .openID,
                redirectURIs: [callback(openIDProviderID)], logoutURIs: [issuer], refreshTokens: .rotating),
        ]
    }

    /// The clients to register at the broker before the city opens.
    package var clients: [DemoClient] {
        [
            DemoClient(
                id: CityServiceProfile.transport.clientID, name: "Transport", secret: credentials.transportSecret,
                redirectURIs: [DemoPorts.address(ports.transport) + CityService.callbackPath],
                postLogoutRedirectURIs: [DemoPorts.address(ports.transport) + "/"], consent: .firstParty,
                providers: [DemoCity.poolProviderID], role: .service),
            DemoClient(
                id: CityServiceProfile.parking.clientID, name: "Parking", secret: nil,
                redirectURIs: [DemoPorts.address(ports.parking) + CityService.callbackPath],
                postLogoutRedirectURIs: [DemoPorts.address(ports.parking) + "/"], consent: .asked,
                providers: [DemoCity.openIDProviderID, "local"], role: .service),
            DemoClient(
                id: LoginFrontEnd.clientID, name: "City login", secret: credentials.frontEndSecret, redirectURIs: [],
                postLogoutRedirectURIs: [], consent: .firstParty, providers: [], role: .loginFrontEnd),
        ]
    }

    /// The provider files to put into `providers/`, by id.
    package var providerFiles: [(id: String, json: String)] {
        [(DemoCity.poolProviderID, poolFile), (DemoCity.openIDProviderID, openIDFile)]
    }

    private var poolFile: String {
        """
        {
          "id": "\(DemoCity.poolProviderID)",
          "type": "cognito",
          "name": "City pool",
          "client_id": "\(DemoCity.poolClientID)",
          "issuer": "\(pool.issuer(of: .pool))",
          "endpoints": {
            "api": "\(pool.address(of: .initiateAuth))",
            "jwks": "\(pool.address(of: .poolKeys))",
            "authorization": "\(pool.address(of: .authorize))",
            "token": "\(pool.address(of: .token))",
            "userinfo": "\(pool.address(of: .userInfo))",
            "revocation": "\(pool.address(of: .revocation))",
            "end_session": "\(pool.address(of: .logout))"
          }
        }

        """
    }

    private var openIDFile: String {
        """
        {
          "id": "\(DemoCity.openIDProviderID)",
          "type": "oidc",
          "name": "City account",
          "client_id": "\(DemoCity.openIDClientID)",
          "client_secret": "\(credentials.poolSecret)",
          "issuer": "\(pool.issuer(of: .openID))",
          "scopes": ["openid", "email", "profile"]
        }

        """
    }

    /// The lines to print once everything listens.
    package var announcement: [String] {
        let people = DemoCity.people.map { person in
            "  " + padded(person.userName, to: 8) + "  " + padded(person.password, to: 16) + "  " + person.name
        }
        let sites = [
            ("Transport", ports.transport, "a confidential client; the city's own page asks for the password"),
            ("Parking", ports.parking, "a public client; Drawbridge asks, and then the city's pool does"),
        ]
        return ["The sample city is open. Start at one of its services:", ""]
            + sites.map { "  \(padded($0.0, to: 10))\(DemoPorts.address($0.1))   \($0.2)" }
            + ["", "Log in as (user name, password):", ""] + people
            + [
                "", "Behind them:", "",
                "  Drawbridge          \(issuer)",
                "  Login front end     \(loginFrontEnd)",
                "  Simulated pool      \(pool.baseURL)",
            ]
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
