package import FoundationEssentials
import OAuth

/// Tries a provider out without logging anybody in, and says in words what would fail.
package struct ProviderCheck: Sendable {
    let transport: any UpstreamTransport

    /// A check that asks through `transport`.
    package init(transport: any UpstreamTransport) {
        self.transport = transport
    }

    /// Everything found out about the provider of `file`, in the order in which a login would meet it.
    package func findings(for file: ProviderFile, at now: Date) async -> [Finding] {
        switch file {
        case .unusable(_, let reason): return [Finding(.problem, "The provider cannot be used: \(reason).")]
        case .usable(let definition):
            var findings: [Finding] = []
            switch definition.activity {
            case .enabled: break
            case .disabled: findings.append(Finding(.note, "The file switches the provider off."))
            }
            switch definition.upstream {
            case .local: findings.append(Finding(.fine, "Accounts of this broker's own: there is nothing to reach."))
            case .oidc(let settings, let kind): findings += await openID(settings, kind.dialect, at: now)
            case .cognito(let settings): findings += await pool(settings, at: now)
            case .oauth2(let settings): findings += await plain(settings, at: now)
            case .gitHub(let settings): findings += await gitHub(settings)
            case .facebook(let settings): findings += await facebook(settings)
            case .header(let settings): findings += settings.findings
            }
            return findings + definition.findingsOnCustody
        }
    }

    private func openID(
        _ settings: UpstreamSettings, _ dialect: any OpenIDDialect, at now: Date
    ) async -> [Finding] {
        let named = settings.endpoints
        if named.authorization != nil, let token = named.token, let keys = named.jwks {
            let note = Finding(.note, "The file names all endpoints, so nothing is discovered.")
            return await [note] + self.keys(at: keys, for: settings) + [client(at: token, settings, at: now)]
        }
        let document: DiscoveryDocument
        do throws(ConnectorError) {
            document = try await ProviderDirectory.discover(settings, dialect: dialect, transport: transport)
        } catch {
            return [Finding(.problem, "Discovery fails: \(error.words).")]
        }
        var findings = [document.findingOnIssuer(configured: settings.issuer.url)]
        findings += endpoints(of: document, settings)
        findings += [
            document.findingOnResponseType, document.finding(on: settings.proofKey),
            document.finding(on: settings.client.authentication), document.finding(on: settings.algorithms),
            document.finding(on: dialect.published(settings.scope)), document.findingOnIssuerParameter,
            document.findingOnLogouts,
        ].compactMap(\.self)
        if let keys = try? settings.endpoint(named.jwks, document.jwksURI, "jwks_uri") {
            findings += await self.keys(at: keys, for: settings)
        }
        if let token = try? settings.endpoint(named.token, document.tokenEndpoint, "token_endpoint") {
            findings.append(await client(at: token, settings, at: now))
        }
        return findings
    }

    private func endpoints(of document: DiscoveryDocument, _ settings: UpstreamSettings) -> [Finding] {
        let named = settings.endpoints
        let table: [(name: String, named: UpstreamEndpoint?, discovered: String?, Need)] = [
            ("authorization_endpoint", named.authorization, document.authorizationEndpoint, .required),
            ("token_endpoint", named.token, document.tokenEndpoint, .required),
            ("jwks_uri", named.jwks, document.jwksURI, .required),
            (
                "userinfo_endpoint", named.userinfo, document.userinfoEndpoint,
                .optional("claims come from the ID token alone")
            ),
            (
                "revocation_endpoint", named.revocation, document.revocationEndpoint,
                .optional("tokens that are no longer needed live on there")
            ),
            (
                "end_session_endpoint", named.endSession, document.endSessionEndpoint,
                .optional("whoever logs out here stays logged in there")
            ),
        ]
        return table.map { name, named, discovered, need in
            do throws(ConnectorError) {
                guard let endpoint = try settings.endpoint(named, discovered, name) else {
                    return switch need {
                    case .required: Finding(.problem, "There is no \(name).")
                    case .optional(let consequence): Finding(.note, "There is no \(name); \(consequence).")
                    }
                }
                return Finding(.fine, "\(name) is \(endpoint)\(named == nil ? "" : ", as the file says").")
            } catch {
                return Finding(.problem, "\(error.words).")
            }
        }
    }

    private enum Need {
        case required
        /// What it means that there is none.
        case optional(String)
    }

    private func pool(_ settings: CognitoSettings, at now: Date) async -> [Finding] {
        let connector = CognitoConnector(settings, transport: transport)
        var findings: [Finding] = []
        do throws(ConnectorError) {
            findings += await keys(at: try await connector.directory.keys(at: now), for: settings.upstream)
        } catch {
            findings.append(Finding(.problem, "The keys cannot be found: \(error.words)."))
        }
        findings.append(await client(of: connector.api, at: now))
        findings.append(await self.pages(of: connector, settings.pages, at: now))
        return findings
    }

    private func pages(
        of connector: CognitoConnector, _ pages: CognitoSettings.Pages, at now: Date
    ) async -> Finding {
        switch pages {
        case .none:
            return Finding(.note, "The file names no pages (domain): only a login front end can log people in here.")
        case .named: return Finding(.fine, "People can log in at the pool's own pages, which the file names.")
        case .discovered:
            do throws(ConnectorError) {
                let endpoint = try await connector.directory.endpoints(at: now).authorization
                return Finding(.fine, "People can log in at the pool's own pages, discovered at \(endpoint).")
            } catch {
                return Finding(.problem, "The pool's pages cannot be found: \(error.words). Name its domain.")
            }
        }
    }

    /// Presents a refresh token that cannot exist: how the pool refuses it tells whether it knows the app client.
    private func client(of api: CognitoAPI, at now: Date) async -> Finding {
        do throws(ConnectorError) {
            guard case .rejected(let rejection) = try await api.refresh(Secret("check"), of: "check", at: now) else {
                return Finding(.warning, "\(api.endpoint) accepts a refresh token that was never issued.")
            }
            return switch rejection.meaning {
            case .grantEnded, .rotates, .revocationDisabled:
                Finding(.fine, "\(api.endpoint) answers and knows the client.")
            case .misconfigured:
                Finding(.problem, "\(api.endpoint) does not accept the client or its secret (\(rejection.name)).")
            case .unavailable: Finding(.warning, "\(api.endpoint) is in trouble (\(rejection.name)).")
            }
        } catch {
            return Finding(.problem, "Refreshing will fail: \(error.words).")
        }
    }

    private func keys(at endpoint: UpstreamEndpoint, for settings: UpstreamSettings) async -> [Finding] {
        let published: PublishedKeys
        do throws(ConnectorError) {
            published = try await transport.json(
                PublishedKeys.self, from: UpstreamRequest(endpoint, limit: KeyCache.maximumLength))
        } catch {
            return [Finding(.problem, "The keys cannot be fetched: \(error.words).")]
        }
        var findings: [Finding] = []
        var usable = 0
        for key in published.keys {
            let name = "\(key.kty) key \(key.kid ?? "without kid")"
            let fitting = settings.algorithms.filter(key.fits).sorted { $0.rawValue < $1.rawValue }
            guard let algorithm = fitting.first else {
                findings.append(Finding(.note, "The \(name) is not for any accepted algorithm."))
                continue
            }
            guard await VerificationKey(key, algorithm) != nil else {
                findings.append(Finding(.warning, "The \(name) is broken or too weak and is not used."))
                continue
            }
            usable += 1
            let algorithms = fitting.map(\.rawValue).joined(separator: ", ")
            findings.append(Finding(.fine, "The \(name) can verify \(algorithms)."))
        }
        if usable == 0 { findings.append(Finding(.problem, "\(endpoint) has no key that can be used.")) }
        return findings
    }
}
