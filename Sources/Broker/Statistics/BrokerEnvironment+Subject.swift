import OAuth
import Storage

extension BrokerEnvironment {
    /// Under which `sub` lists name `account` to `client`.
    func reportedSubject(of account: AccountID, for client: Client) -> String {
        account.rawValue
    }
}
