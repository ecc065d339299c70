/// Why a service could not log somebody in, or keep them logged in.
enum LoginFailure: Error {
    /// The broker does not answer.
    case unavailable
    /// The broker said no, with this code.
    case refused(code: String)
    /// The answer does not belong to what was asked.
    case mismatch

    /// What the person reads.
    var explanation: String {
        switch self {
        case .unavailable: "The city account is not answering just now. Please try again in a moment."
        case .refused("access_denied"): "You decided not to share your details, so nobody was logged in."
        case .refused("temporarily_unavailable"): "The city account is busy. Please try again in a moment."
        case .refused(let code): "The city account refused the login (\(code))."
        case .mismatch: "That answer does not belong to a login you started here. Please try again."
        }
    }
}
