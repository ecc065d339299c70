package import OAuth

/// A login that somebody else has already made: a reverse proxy in front of the broker names the person in the header of
/// each request.
package protocol HeaderLogin: Sendable {
    /// The person that the header of one request names.
    func person(in header: ProxyHeader) throws(ConnectorError) -> VouchedPerson
}

/// Somebody for whom a provider vouches, and no more: it hands out no tokens.
package struct VouchedPerson: Sendable, Hashable {
    /// The provider's own name for the person; with the provider it is the identity.
    package let subject: String
    package let claims: PersonClaims

    package init(subject: String, claims: PersonClaims) {
        self.subject = subject
        self.claims = claims
    }
}

/// The header of a request, if it came by a way on which nobody but the operator's own proxy can write it.
package enum ProxyHeader: Sendable {
    /// Whoever holds the connection is no proxy of the operator's: what the header says is anybody's word.
    case notVouchedFor
    /// Names and values in the order in which they were received, repetitions included.
    case vouchedFor([(name: String, value: String)])
}
