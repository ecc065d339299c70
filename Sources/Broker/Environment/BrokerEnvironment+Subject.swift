import OAuth

extension BrokerEnvironment {
    /// The name by which `client` knows `account`: the `sub` of every token it gets.
    func subject(of account: AccountID, for client: Client) -> String { account.rawValue }
}
