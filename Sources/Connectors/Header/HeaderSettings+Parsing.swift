import OAuth

extension ProviderKeys {
    /// Which fields of the header a trusted proxy names the person in.
    static let header: ProviderKeys = [
        "subject_header": .word, "claims_headers": .word, "groups_separator": .word, "proxy_secret_header": .word,
        "proxy_secret": .secret,
    ]
}

extension HeaderSettings {
    /// Reads what a file says about a trusted proxy.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        guard let subject = try object.headerField("subject_header") else {
            throw object.problem(.missingKey, at: "subject_header")
        }
        self.init(
            subject: subject, claims: try Self.claims(object), groupsSeparator: try Self.separator(object),
            proof: try Self.proof(object), mapping: try ClaimMapping(object))
        try requireDistinctFields(object)
    }

    private static func claims(
        _ object: ProviderFileObject
    ) throws(ProviderFileProblem) -> [String: HeaderFieldName] {
        guard let claims = try object.object("claims_headers") else { return [:] }
        var fields: [String: HeaderFieldName] = [:]
        for name in claims.keys {
            guard BrokerClaims.leaveFree(name) else {
                throw claims.problem(.badValue(expected: "left out: this claim is the broker's own"), at: name)
            }
            fields[name] = try claims.headerField(name)
        }
        return fields
    }

    private static func separator(_ object: ProviderFileObject) throws(ProviderFileProblem) -> String {
        let separator = try object.text("groups_separator") ?? ","
        guard separator.utf8.count == 1, separator.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw object.problem(.badValue(expected: "one character such as , ; or |"), at: "groups_separator")
        }
        return separator
    }

    private static func proof(_ object: ProviderFileObject) throws(ProviderFileProblem) -> ProxyProof? {
        switch (try object.headerField("proxy_secret_header"), try object.text("proxy_secret")) {
        case (nil, nil): return nil
        case (let field?, let secret?): return ProxyProof(field: field, secret: Secret(secret))
        case (nil, .some): throw object.problem(.missingKey, at: "proxy_secret_header")
        case (.some, nil): throw object.problem(.missingKey, at: "proxy_secret")
        }
    }

    private func requireDistinctFields(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        guard let proof else { return }
        guard proof.field != subject, !claims.values.contains(proof.field) else {
            throw object.problem(.badValue(expected: "a field of its own"), at: "proxy_secret_header")
        }
    }
}

extension ProviderFileObject {
    /// The name of a header field under `key`.
    fileprivate func headerField(_ key: String) throws(ProviderFileProblem) -> HeaderFieldName? {
        guard let text = try text(key) else { return nil }
        guard let name = HeaderFieldName(text) else {
            throw problem(.badValue(expected: "the name of a header field, of letters, digits and hyphens"), at: key)
        }
        return name
    }
}
