import FoundationEssentials
import OAuth

/// Whom an access token is about, where there is no ID token to say so: the provider's own interface is asked.
protocol PersonSource: Sendable {
    /// Asks about the person behind `accessToken`, and whether they may come in where the connector can tell.
    ///
    /// Throws ``ConnectorError/notAdmitted(reason:)`` for a person the operator's rules keep out.
    func person(with accessToken: Secret) async throws(ConnectorError) -> UpstreamPerson
}

/// A person as a provider's own interface describes them.
struct UpstreamPerson: Sendable, Hashable {
    /// The provider's unchanging name for them.
    let subject: String
    /// All that was said about them, not mapped yet.
    let said: [String: JSONValue]
    /// When the access token ends, if asking about it told.
    let tokenExpiry: Date?

    init(subject: String, said: [String: JSONValue], tokenExpiry: Date? = nil) {
        self.subject = subject
        self.said = said
        self.tokenExpiry = tokenExpiry
    }

    /// Throws unless this is `subject`, byte by byte.
    func require(_ subject: String) throws(ConnectorError) {
        guard self.subject.utf8.elementsEqual(subject.utf8) else { throw .untrusted(.subjectMismatch) }
    }
}
