package import OAuth

extension BrokerEnvironment {
    /// The `sub` by which `client` knows `account` (OIDC Core §8): the one place that decides it, for every token, answer
    /// and hint.
    package func subject(of account: AccountID, for client: Client) -> String {
        switch client.subjects {
        case .shared: account.rawValue
        case .pairwise(let sector): pairwiseNames.name(of: account, in: sector)
        }
    }
}
