/// Under which name a client knows people (`subject_type`, OIDC Core §8).
package enum SubjectRule: Hashable, Sendable {
    /// `public`: the name that every such client knows.
    case shared
    /// `pairwise`: a name that only the clients of one sector know.
    case pairwise(Sector)
}

/// The clients that belong together, and so know a person by one name (OIDC Core §8.1).
package struct Sector: Hashable, Sendable {
    /// What tells it from the others, in lower case.
    package let host: String
    /// The `sector_identifier_uri` that names it, where one was registered.
    package let uri: String?

    /// The sector that `uri` names: an https address, whose host is the sector's.
    ///
    /// What the address answers is not looked at here (OIDC Registration §5): where a stranger registers the client, the
    /// caller has to.
    package init(namedBy uri: String) throws(ClientMetadata.Flaw) {
        guard (try? RedirectURI(registering: uri)) != nil, let parts = URIParts(uri), parts.scheme == "https" else {
            throw ClientMetadata.Flaw("sector_identifier_uri", "must be an https URL")
        }
        host = parts.host.lowercased()
        self.uri = uri
    }

    /// The sector of a client that names none: the one host of its redirect URIs.
    ///
    /// An app's own scheme has no host, and loopback is every app's, so neither says whose sector it is.
    package init(sharedBy redirects: [RedirectURI]) throws(ClientMetadata.Flaw) {
        var hosts: Set<String> = []
        for redirect in redirects {
            guard let parts = URIParts(redirect.value), parts.authority != nil, !parts.isLoopback else {
                throw ClientMetadata.Flaw(
                    "subject_type", "pairwise needs a sector_identifier_uri where a redirect URI is an app's")
            }
            hosts.insert(parts.host.lowercased())
        }
        guard let host = hosts.first, hosts.count == 1 else {
            throw ClientMetadata.Flaw(
                "subject_type", "pairwise needs a sector_identifier_uri where redirect URIs are not of one host")
        }
        self.host = host
        uri = nil
    }

    /// Takes back a sector that was checked before it was stored.
    package init(storedHost host: String, uri: String?) {
        self.host = host
        self.uri = uri
    }
}

extension ClientMetadata {
    /// Under which name the client that redirects to `redirects` knows people.
    func checkedSubjects(_ redirects: [RedirectURI]) throws(Flaw) -> SubjectRule {
        switch subjectType {
        case "pairwise":
            guard let uri = sectorIdentifierURI else { return .pairwise(try Sector(sharedBy: redirects)) }
            return .pairwise(try Sector(namedBy: uri))
        case "public", nil:
            guard sectorIdentifierURI == nil else {
                throw Flaw("sector_identifier_uri", "means nothing without the subject_type pairwise")
            }
            return .shared
        case .some: throw Flaw("subject_type", "must be public or pairwise")
        }
    }
}
