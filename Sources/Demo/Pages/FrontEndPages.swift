import SimulatedUpstream

/// The pages of the login front end.
enum FrontEndPages {
    private static let site = Site(name: "City account", icon: .city, layout: .card)

    /// For whoever opens the front end without a login to do.
    static let home = Page(
        site: site, title: "City account",
        body: """
            <div class="box"><h1>City account</h1>
            <p>This is where the city's services send you to log in. Open one of them to begin.</p></div>
            """)

    /// The payload in the address is missing, altered or too old.
    static let unknownRequest = Page(
        site: site, title: "Please start again",
        body: """
            <div class="box"><h1>Please start again</h1>
            <p>This login has expired, or was never begun. Go back to the service and log in from there.</p></div>
            """)

    /// The broker would not take the tokens.
    static let handoverFailed = Page(
        site: site, title: "That did not work",
        body: """
            <div class="box"><h1>That did not work</h1>
            <p>You are logged in at the city pool, but the way back to the service is closed. \
            Please go back to the service and start again.</p></div>
            """)

    static func login(_ form: LoginForm) -> Page {
        let notice = form.notice.map { #"<p class="notice" role="alert">\#($0.escapedForHTML)</p>"# } ?? ""
        let people = DemoCity.people.map { person in
            "<li>\(person.name.escapedForHTML): <code>\(person.userName.escapedForHTML)</code>, "
                + "<code>\(person.password.escapedForHTML)</code></li>"
        }
        return Page(
            site: site, title: "Log in",
            body: """
                <div class="box">
                <h1>Log in</h1>
                <p class="quiet">to continue to <strong>\(form.clientName.escapedForHTML)</strong></p>
                \(notice)
                <form method="post" action="/login">
                <input type="hidden" name="payload" value="\(form.payload.escapedForHTML)">
                <input type="hidden" name="client_name" value="\(form.clientName.escapedForHTML)">
                <label for="username">User name</label>
                <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
                 required value="\(form.userName.escapedForHTML)">
                <label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required>
                <button class="button">Log in</button>
                </form>
                <details><summary>Who can log in here?</summary><ul>\(people.joined())</ul></details>
                </div>
                """)
    }

    /// The page whose script hands over; every value it needs is in an attribute, none in the script.
    static func handover(
        storeAddress: String, continueAddress: String, payload: String, body: String, ticket: String
    ) -> Page {
        Page(
            site: site, title: "One moment",
            head: #"<script src="/handover.js" defer></script>"#,
            body: """
                <div class="box" id="handover" data-store="\(storeAddress.escapedForHTML)"
                 data-next="\(continueAddress.escapedForHTML)" data-payload="\(payload.escapedForHTML)"
                 data-body="\(body.escapedForHTML)">
                <div id="working">
                <h1>One moment</h1>
                <p role="status">You are logged in. We are taking you back to the service.</p>
                <form class="late" method="post" action="/handover">
                <p>Still here? Then your browser runs no scripts, and this button does the same.</p>
                <input type="hidden" name="ticket" value="\(ticket.escapedForHTML)">
                <button class="button">Continue</button>
                </form>
                </div>
                <div id="failed" hidden>
                <h1>That did not work</h1>
                <p role="alert">The way back to the service is closed. Please go back to the service and start again.</p>
                </div>
                </div>
                """)
    }
}
