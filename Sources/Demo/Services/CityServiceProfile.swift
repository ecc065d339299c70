/// What distinguishes one sample service from another.
struct CityServiceProfile: Sendable {
    let clientID: String
    let name: String
    /// Cookies are shared by all ports of a host, so each service has a name of its own.
    let cookieName: String
    let accent: Accent
    let icon: Icon
    let scope: String
    let heading: String
    let pitch: String
    let features: [(title: String, text: String)]
    /// How its logins work, for whoever looks at the demo.
    let way: String

    /// Confidential, and led by the login front end.
    static let transport = CityServiceProfile(
        clientID: "transport", name: "Transport", cookieName: "transport_session", accent: .transport, icon: .tram,
        scope: "openid profile email groups offline_access",
        heading: "Every line, one account",
        pitch: "Trams, buses and the river ferry: buy, renew and show your pass without another password.",
        features: [
            ("Season pass", "Valid on all lines in zones 100 and 101."),
            ("Night lines", "Every half hour from midnight, from the main station."),
            ("Ferry", "On your pass from May to September."),
        ],
        way: """
            Transport is a confidential client. Drawbridge sends you to the city's own login page, which logs you in \
            at the pool and hands the tokens over: the front-end-led bridge.
            """)

    /// Public, and led by the broker.
    static let parking = CityServiceProfile(
        clientID: "parking", name: "Parking", cookieName: "parking_session", accent: .parking, icon: .parking,
        scope: "openid profile email offline_access",
        heading: "A place for your car",
        pitch: "Resident permits, visitor hours and the garage at the market hall, all with your city account.",
        features: [
            ("Resident permit", "One car per household on your street."),
            ("Visitor hours", "A hundred hours a year for your guests."),
            ("Market hall", "Two hours free with a receipt."),
        ],
        way: """
            Parking is a public client. Drawbridge shows its own page, sends you to whoever you choose to log in \
            with, and asks whether Parking may know who you are: the broker-led way.
            """)
}
