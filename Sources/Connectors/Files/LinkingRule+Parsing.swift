extension LinkingRule {
    /// Reads `link_by_verified_email`; false unless said. Who has a local account with a verified address had it
    /// verified by the operator, so the word of `local` always counts.
    init(_ object: ProviderFileObject, of kind: ProviderKind) throws(ProviderFileProblem) {
        guard kind != .local else {
            self = .byVerifiedEmail
            return
        }
        self = try object.flag("link_by_verified_email") == true ? .byVerifiedEmail : .byHand
    }
}
