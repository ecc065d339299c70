/// The texts of one language.
package struct Texts: Sendable {
    package let language: Language
    /// Text by path (`login.heading`).
    let texts: [String: String]
    /// The same, as templates see them under `t`.
    let tree: TemplateValue

    /// The text of `key`. Loading has made sure that it is there.
    subscript(key: TextKey) -> String {
        texts[key.path] ?? key.path
    }

    /// The text of `key` with its placeholders filled in.
    func text(_ key: TextKey, _ values: [Placeholder: String] = [:]) -> String {
        Phrase(parsing: self[key]).text(values)
    }

    /// The text of `key` for the partial `phrase`, which isolates and emphasises the names filled in.
    func phrase(_ key: TextKey, _ values: [Placeholder: String] = [:]) -> TemplateValue {
        Phrase(parsing: self[key]).templateValue(values)
    }

    /// "30 seconds", "2 minutes".
    func wait(_ time: WaitingTime) -> String {
        let (count, unit) = time.rounded
        return text(.wait(unit, language.plural(of: count)), [.count: String(count)])
    }
}

/// How long somebody has to wait.
package struct WaitingTime: Hashable, Sendable {
    /// What `Retry-After` says (RFC 9110 §10.2.3).
    package let seconds: Int

    /// At least one second.
    package init(seconds: Int) {
        self.seconds = max(1, seconds)
    }

    enum Unit: String, CaseIterable {
        case seconds
        case minutes
        case hours
    }

    /// In the largest unit that does not round by more than a half, always up: waiting as long as we said is enough.
    var rounded: (count: Int, unit: Unit) {
        switch seconds {
        case ..<60: (seconds, .seconds)
        case ..<5400: ((seconds + 59) / 60, .minutes)
        default: ((seconds + 3599) / 3600, .hours)
        }
    }
}
