import OAuth
import Storage

/// Names a session without being able to stand in for it: whose it is, and its public name (`sid`).
struct SessionReference: Codable, Sendable, Hashable {
    let account: AccountID
    let name: String

    /// Nil for a session without a name of its own.
    init?(_ session: Session) {
        guard let name = session.login.sessionName else { return nil }
        account = session.login.accountID
        self.name = name
    }

    private enum CodingKeys: String, CodingKey {
        case account = "a"
        case name = "n"
    }
}
