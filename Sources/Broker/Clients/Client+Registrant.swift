import Connectors
import OAuth

extension Client {
    /// Whose word stands behind the addresses in this registration that are called: a client that registers itself has none
    /// (``ClientRegistrationRequest``).
    var registrant: Registrant { .theOperator }
}
