import Connectors
import OAuth

extension Client {
    /// Whose word stands behind the addresses in this registration: no client registers itself.
    var registrant: Registrant { .theOperator }
}
