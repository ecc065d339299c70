import Broker
import HTTPTypes
import Hummingbird

/// Which other origins' scripts may read an answer.
enum CORSPolicy: Sendable {
    /// Any: for answers that depend on nothing a browser adds by itself (public clients, RFC 6749 §2.1).
    case anyone
    /// One origin, with cookies: the login front end.
    case withCookies(origin: String)
    case nobody

    /// What lets the script that made `request` read the answer.
    func fields(for request: Request) -> HTTPFields {
        switch self {
        case .anyone: return Self.openToAnyone
        case .withCookies(let origin):
            guard request.value(of: .origin) == origin else { return [.vary: "Origin"] }
            return [
                .vary: "Origin", .accessControlAllowOrigin: origin, .accessControlAllowCredentials: "true",
                .accessControlExposeHeaders: "Ray-ID",
            ]
        case .nobody: return [:]
        }
    }

    /// Made once, because of a field that is made every character is looked at.
    private static let openToAnyone: HTTPFields = [
        .accessControlAllowOrigin: "*", .accessControlExposeHeaders: "Ray-ID, WWW-Authenticate, Retry-After",
    ]
}
