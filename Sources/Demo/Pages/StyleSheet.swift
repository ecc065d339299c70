/// The style sheet of every site, in the site's own colour.
enum StyleSheet {
    static func text(accent: Accent) -> String {
        """
        :root {
          color-scheme: light dark;
          --accent: \(accent.light.colour); --tint: \(accent.light.tint); --on-accent: \(accent.light.text);
          --page: #f6f7f9; --card: #ffffff; --ink: #17202a; --quiet: #55616e; --line: #dde2e7; --edge: #7a8793;
          --alert: #b42318; --alert-ground: #fdeeec;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --accent: \(accent.dark.colour); --tint: \(accent.dark.tint); --on-accent: \(accent.dark.text);
            --page: #10151b; --card: #19212a; --ink: #eef1f4; --quiet: #aeb9c4; --line: #2c3843; --edge: #7f8d9a;
            --alert: #ffa39a; --alert-ground: #3a1714;
          }
        }

        """ + rules
    }

    private static let rules = """
        *, *::before, *::after { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--page);
          color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
        }
        header, main, footer { width: 100%; max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
        header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; min-height: 4.5rem; }
        main { flex: 1; padding-bottom: 3rem; }
        footer { padding-top: 1.5rem; padding-bottom: 1.5rem; color: var(--quiet); font-size: .875rem; }
        h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
        h1 { margin: 0 0 .75rem; font-size: clamp(1.75rem, 1.2rem + 2.4vw, 2.75rem); letter-spacing: -.02em; }
        h2 { margin: 0 0 .75rem; font-size: 1.25rem; }
        h3 { margin: 0 0 .25rem; font-size: 1rem; }
        p { margin: 0 0 1rem; }
        a { color: var(--accent); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .375rem; }
        [hidden] { display: none; }

        .brand {
          display: inline-flex; align-items: center; gap: .625rem; color: var(--accent); font-weight: 700;
          font-size: 1.125rem; text-decoration: none;
        }
        .button {
          display: inline-block; padding: .8rem 1.4rem; border: 0; border-radius: .75rem; background: var(--accent);
          color: var(--on-accent); font: inherit; font-weight: 650; text-decoration: none; cursor: pointer;
        }
        .button:hover { filter: brightness(1.08); }
        .button.quiet { background: transparent; color: var(--accent); box-shadow: inset 0 0 0 1.5px currentColor; }
        .lead { max-width: 38rem; color: var(--quiet); font-size: 1.1875rem; }
        .quiet { color: var(--quiet); }
        .hero { margin: 0 0 2rem; padding: clamp(2rem, 6vw, 4.5rem); border-radius: 1.5rem; background: var(--tint); }
        .hero .button { margin-top: .5rem; }
        .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; }
        .panel { margin: 0 0 1.25rem; padding: 1.5rem; border: 1px solid var(--line); border-radius: 1rem;
          background: var(--card); }
        .grid .panel { margin: 0; }
        .panel p:last-child { margin-bottom: 0; }
        .notice { margin: 0 0 1.25rem; padding: .75rem 1rem; border-radius: .75rem; background: var(--alert-ground);
          color: var(--alert); font-weight: 600; }
        .way { margin-top: 2rem; padding-left: 1rem; border-left: 3px solid var(--accent); color: var(--quiet); }

        table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
        th, td { padding: .5rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
        tr:first-child > * { border-top: 0; }
        th { width: 11rem; padding-right: 1rem; color: var(--quiet); font-weight: 500; }
        td { overflow-wrap: anywhere; }
        code { font: .875em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }

        body.card main { display: grid; place-items: center; }
        .box { width: min(26rem, 100%); padding: clamp(1.5rem, 5vw, 2.5rem); border: 1px solid var(--line);
          border-radius: 1.25rem; background: var(--card); box-shadow: 0 1rem 3rem rgb(0 0 0 / .06); }
        .box h1 { font-size: 1.75rem; }
        label { display: block; margin: 1.125rem 0 .375rem; font-weight: 600; }
        input { width: 100%; padding: .75rem .875rem; border: 1px solid var(--edge); border-radius: .625rem;
          background: transparent; color: inherit; font: inherit; }
        .box .button { width: 100%; margin-top: 1.5rem; text-align: center; }
        details { margin-top: 1.5rem; color: var(--quiet); font-size: .9375rem; }
        summary { cursor: pointer; }
        .late { animation: appear 0s 3s both; }
        @keyframes appear { from { visibility: hidden; } to { visibility: visible; } }
        @media (max-width: 34rem) {
          th, td { display: block; width: auto; padding: .125rem 0; }
          th { padding-top: .625rem; } td { border-top: 0; padding-bottom: .5rem; }
        }

        """
}
