/// Somebody who can log in at the simulated provider.
///
/// The password is plain text on purpose: it belongs to nobody, and the demo prints it.
package struct SimulatedPerson: Sendable, Hashable {
    package let userName: String
    package let password: String
    /// The `sub` of every token, a UUID at Cognito.
    package let subject: String
    package let email: String
    package let name: String
    package let groups: [String]
    package let emailVerification: EmailVerification

    /// What the provider claims about the address.
    package enum EmailVerification: Sendable, Hashable {
        case verified
        case unverified
        /// The claim is left out, as moto and some real providers do.
        case unstated

        /// The truth value to write, if any.
        var claim: Bool? {
            switch self {
            case .verified: true
            case .unverified: false
            case .unstated: nil
            }
        }
    }

    package init(
        userName: String, password: String, subject: String, email: String, name: String, groups: [String] = [],
        emailVerification: EmailVerification = .verified
    ) {
        self.userName = userName
        self.password = password
        self.subject = subject
        self.email = email
        self.name = name
        self.groups = groups
        self.emailVerification = emailVerification
    }
}
