import FoundationEssentials
import SimulatedUpstream

/// The pages of one sample service.
struct ServicePages: Sendable {
    let profile: CityServiceProfile

    private var site: Site { Site(name: profile.name, icon: profile.icon, layout: .wide) }

    /// For whoever is not logged in.
    var welcome: Page {
        let features = profile.features.map { feature in
            "<div class=\"panel\"><h2>\(feature.title.escapedForHTML)</h2><p class=\"quiet\">"
                + "\(feature.text.escapedForHTML)</p></div>"
        }
        return Page(
            site: site, title: profile.heading,
            body: """
                <section class="hero">
                <h1>\(profile.heading.escapedForHTML)</h1>
                <p class="lead">\(profile.pitch.escapedForHTML)</p>
                <a class="button" href="/login">Log in with the city account</a>
                </section>
                <div class="grid">\(features.joined())</div>
                <p class="way">\(profile.way.escapedForHTML)</p>
                """)
    }

    /// A login that did not happen.
    func failure(_ failure: LoginFailure) -> Page {
        Page(
            site: site, title: "Not logged in",
            body: """
                <section class="hero">
                <h1>Not logged in</h1>
                <p class="lead" role="alert">\(failure.explanation.escapedForHTML)</p>
                <a class="button" href="/login">Try again</a>
                </section>
                """)
    }

    /// What the service was given for whoever is logged in.
    func profile(
        _ tokens: TokenSet, userInfo: Result<Claims, LoginFailure>, notice: String?, now: Date
    ) -> Page {
        let claims = tokens.idToken.flatMap(Claims.init(ofToken:))
        let name = claims?["name"]?.text ?? claims?["preferred_username"]?.text ?? "neighbour"
        let alert = notice.map { #"<p class="notice" role="alert">\#($0.escapedForHTML)</p>"# } ?? ""
        return Page(
            site: site, title: "Hello, \(name)",
            action: #"<form method="post" action="/logout"><button class="button quiet">Sign out</button></form>"#,
            body: """
                <section class="hero">
                <h1>Hello, \(name.escapedForHTML)</h1>
                <p class="lead">You are logged in with the city account. This is all that \
                \(profile.name.escapedForHTML) knows about you.</p>
                <form method="post" action="/refresh"><button class="button">Refresh the tokens</button></form>
                </section>
                \(alert)
                \(tokenPanel(tokens, now: now))
                <section class="panel"><h2>What the ID token says</h2>\(claimTable(claims))</section>
                <section class="panel"><h2>What <code>/oauth2/userinfo</code> says</h2>\(answer(userInfo))</section>
                <p class="way">\(profile.way.escapedForHTML)</p>
                """)
    }

    private func tokenPanel(_ tokens: TokenSet, now: Date) -> String {
        var rows = [("Access token", excerpt(tokens.accessToken) + ", " + tokens.tokenType.escapedForHTML)]
        if let end = tokens.expiresAt {
            let minutes = Int((end.timeIntervalSince(now) / 60).rounded())
            let left = minutes > 0 ? "in \(minutes) minutes" : "by now"
            rows.append(("It ends", "\(left), at \(end.formatted(.iso8601))"))
        }
        rows.append(("Refresh token", tokens.refreshToken.map(excerpt) ?? "none"))
        rows.append(("ID token", tokens.idToken.map(excerpt) ?? "none"))
        rows.append(("Scope", (tokens.scope ?? profile.scope).escapedForHTML))
        return "<section class=\"panel\"><h2>Which tokens came</h2>\(table(rows))</section>"
    }

    /// Enough of a token to see that it changed, and not enough to use it.
    private func excerpt(_ token: String) -> String {
        "<code>\(token.prefix(10).description.escapedForHTML)…</code> (\(token.utf8.count) characters)"
    }

    private func answer(_ userInfo: Result<Claims, LoginFailure>) -> String {
        switch userInfo {
        case .success(let claims): claimTable(claims)
        case .failure(let failure): "<p>\(failure.explanation.escapedForHTML)</p>"
        }
    }

    private func claimTable(_ claims: Claims?) -> String {
        guard let claims else { return "<p>There is none.</p>" }
        return table(claims.rows.map { ("<code>\($0.name.escapedForHTML)</code>", $0.text.escapedForHTML) })
    }

    /// Both columns are HTML.
    private func table(_ rows: [(String, String)]) -> String {
        let lines = rows.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>" }
        return "<table><tbody>\(lines.joined())</tbody></table>"
    }
}
