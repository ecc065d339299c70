/// The colour that tells the sites of the sample city apart: on light and on dark pages, with what is written on it.
enum Accent: Sendable {
    case city
    case transport
    case parking

    /// The colour itself, a tint of it for large areas, and the text on it; each at least 4.5:1 against its ground.
    var light: (colour: String, tint: String, text: String) {
        switch self {
        case .city: ("#a3243b", "#fbeef0", "#ffffff")
        case .transport: ("#0a5fb4", "#e9f2fc", "#ffffff")
        case .parking: ("#5a3fb5", "#f1edfc", "#ffffff")
        }
    }

    var dark: (colour: String, tint: String, text: String) {
        switch self {
        case .city: ("#ff9aa8", "#33191e", "#3b0610")
        case .transport: ("#86c1ff", "#12273d", "#04203c")
        case .parking: ("#c3b2ff", "#241d40", "#1d0f4a")
        }
    }
}
