/// One thing a check found out about a provider, in words for the operator.
package struct Finding: Sendable, Hashable {
    package enum Severity: String, Sendable, CaseIterable {
        case fine
        /// Worth knowing.
        case note
        /// Logins may work, but something is not as it should be.
        case warning
        /// Logins will fail.
        case problem
    }

    package let severity: Severity
    package let text: String

    /// Control characters are dropped from `text`: parts of it are the provider's, and it ends on a terminal.
    package init(_ severity: Severity, _ text: String) {
        self.severity = severity
        self.text = String(text.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
    }
}
