/// A page of the hosted login.
struct HostedPage {
    let html: String

    private init(title: String, body: String) {
        html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title.escapedForHTML)</title>
            <style>\(HostedPage.style)</style>
            </head>
            <body><main>\(body)</main></body>
            </html>
            """
    }

    /// The login form, which goes to `action`; `interaction` brings the request back.
    static func login(
        interaction: String, clientName: String, userName: String, notice: String?, action: String = "/login"
    ) -> HostedPage {
        let alert = notice.map { #"<p class="notice" role="alert">\#($0.escapedForHTML)</p>"# } ?? ""
        return HostedPage(
            title: "City pool · Log in",
            body: """
                <p class="brand">City pool</p>
                <h1>Log in</h1>
                <p>to continue to <strong>\(clientName.escapedForHTML)</strong></p>
                \(alert)
                <form method="post" action="\(action)">
                <input type="hidden" name="interaction" value="\(interaction.escapedForHTML)">
                <label for="username">User name or e-mail</label>
                <input id="username" name="username" autocomplete="username" autocapitalize="none" required
                 value="\(userName.escapedForHTML)">
                <label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required>
                <button>Log in</button>
                </form>
                <p class="small">A simulated identity provider. Use it for demonstrations and tests only.</p>
                """)
    }

    /// A page that only says something.
    static func message(_ title: String, _ text: String) -> HostedPage {
        HostedPage(
            title: title,
            body: #"<p class="brand">City pool</p><h1>\#(title.escapedForHTML)</h1><p>\#(text.escapedForHTML)</p>"#)
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #17212b; --quiet: #52606d; --page: #eef1f4; --card: #fff;
          --line: #7b8794; --accent: #8a3b12; --on-accent: #fff; --alert: #b42318; }
        @media (prefers-color-scheme: dark) { :root { --ink: #eef1f4; --quiet: #b3bdc7; --page: #12181f;
          --card: #1b242e; --line: #7b8794; --accent: #ffb787; --on-accent: #3a1600; --alert: #ff9d92; } }
        * { box-sizing: border-box; }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page);
          color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        main { width: min(24rem, calc(100vw - 2rem)); padding: 2rem; border-radius: 1rem; background: var(--card); }
        h1 { margin: 0; font-size: 1.5rem; }
        .brand { margin: 0 0 1rem; color: var(--accent); font-weight: 600; }
        .notice { color: var(--alert); font-weight: 600; }
        .small { margin: 1.5rem 0 0; color: var(--quiet); font-size: .875rem; }
        label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
        input { width: 100%; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: .5rem;
          background: transparent; color: inherit; font: inherit; }
        button { width: 100%; margin-top: 1.5rem; padding: .75rem; border: 0; border-radius: .5rem;
          background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        """
}
