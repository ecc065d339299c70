import SimulatedUpstream

/// A whole page of one site.
struct Page: Sendable {
    let html: String

    /// Lays `body` out between the site's header and the city's footer.
    ///
    /// `action` stands in the header, and `head` at the end of `<head>`; both are HTML, like `body`.
    init(site: Site, title: String, action: String = "", head: String = "", body: String) {
        html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title.escapedForHTML) · \(site.name.escapedForHTML)</title>
            <link rel="icon" href="/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/style.css">
            \(head)
            </head>
            <body class="\(site.layout.rawValue)">
            <header>
            <a class="brand" href="/">\(site.icon.svg)<span>\(site.name.escapedForHTML)</span></a>
            \(action)
            </header>
            <main>
            \(body)
            </main>
            <footer><p>Part of the sample city of Drawbridge. Nobody lives here, and every password is public.</p></footer>
            </body>
            </html>
            """
    }
}

/// Whose page it is.
struct Site: Sendable {
    let name: String
    let icon: Icon
    let layout: Layout

    enum Layout: String, Sendable {
        /// One card in the middle.
        case card
        /// The whole width.
        case wide
    }
}
