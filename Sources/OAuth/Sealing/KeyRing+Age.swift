extension KeyRing {
    /// Whether `text` is an envelope of the key that seals now, rather than of one that only opens.
    package func isCurrent(_ text: String) -> Bool {
        guard let envelope = Base64URL.decode(text), let header = try? EnvelopeHeader(parsing: envelope) else {
            return false
        }
        return header.keyID == active.id
    }
}
