import FoundationEssentials
package import OAuth

/// The file that defines a deployment's own scopes, and redefines standard ones.
package struct ScopeFile: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The standard scopes with those of the file put over them; throws what is wrong with the file, and where.
    package func read() throws(ProviderFileProblem) -> ScopeCatalogue {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw ProviderFileProblem(file: path, reason: .unreadable)
        }
        return try Self.catalogue(Array(content), named: path)
    }

    /// Longest file of scopes, in bytes.
    private static let maximumLength = 1 << 18

    /// Reads the content of the file called `name`.
    static func catalogue(_ bytes: [UInt8], named name: String) throws(ProviderFileProblem) -> ScopeCatalogue {
        guard bytes.count <= maximumLength else { throw ProviderFileProblem(file: name, reason: .tooLong) }
        let text: LocatedJSON
        do throws(JSONSyntaxError) {
            text = try LocatedJSON(parsing: bytes)
        } catch {
            throw ProviderFileProblem(file: name, line: error.line, reason: .syntax(expected: error.expectation))
        }
        try text.requireUniqueNames(in: name)
        let object = try ProviderFileObject(text, at: "$", of: name)
        try object.requireMembers(["$schema", "scopes"])
        _ = try object.text("$schema")
        guard let scopes = try object.object("scopes") else { throw object.problem(.missingKey, at: "scopes") }
        var entries: [ScopeEntry] = []
        for name in scopes.keys { entries.append(try ScopeEntry(name, in: scopes)) }
        return ScopeCatalogue.standard.adding(entries)
    }
}

extension ScopeEntry {
    /// Longest name of a scope, in bytes.
    private static let maximumLength = 128

    fileprivate init(_ name: String, in scopes: ProviderFileObject) throws(ProviderFileProblem) {
        guard (1...Self.maximumLength).contains(name.utf8.count), Scope(parsing: name)?.tokens == [name] else {
            throw scopes.problem(
                .badValue(expected: "called by 1 to 128 printable ASCII characters other than space, \" and \\"),
                at: name)
        }
        guard let scope = try scopes.object(name) else { throw scopes.problem(.missingKey, at: name) }
        try scope.requireMembers(["claims", "requires", "words"])
        self.init(
            name: name, claims: try Self.claims(scope) ?? ScopeCatalogue.standard[name]?.claims ?? [],
            demand: try scope.object("requires").map(ClaimDemand.init), words: try Self.words(scope))
    }

    private static func claims(_ scope: ProviderFileObject) throws(ProviderFileProblem) -> [String]? {
        guard let names = try scope.texts("claims") else { return nil }
        for (index, name) in names.enumerated() {
            let key = "claims[\(index)]"
            guard !BrokerClaims.names.contains(name) else {
                throw scope.problem(.badValue(expected: "left out: this claim is the broker's own"), at: key)
            }
            guard BrokerClaims.leaveFree(name) else {
                throw scope.problem(.badValue(expected: "a name of 1 to 128 bytes"), at: key)
            }
            guard names.firstIndex(of: name) == index else { throw scope.problem(.repeatedKey, at: key) }
        }
        return names
    }

    private static func words(_ scope: ProviderFileObject) throws(ProviderFileProblem) -> [String: Words] {
        guard let languages = try scope.object("words") else { return [:] }
        var words: [String: Words] = [:]
        for language in languages.keys {
            guard let text = try languages.object(language) else { continue }
            try text.requireMembers(["title", "explanation"])
            words[language] = Words(
                title: try text.requiredText("title"), explanation: try text.requiredText("explanation"))
        }
        guard words["en"] != nil else { throw languages.problem(.missingKey, at: "en") }
        return words
    }
}

extension ClaimDemand {
    fileprivate init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        try object.requireMembers(["claim", "equals", "one_of", "verification_url", "optional"])
        let claim = try object.requiredText("claim")
        guard BrokerClaims.leaveFree(claim) else {
            throw object.problem(.badValue(expected: "a claim about the person"), at: "claim")
        }
        self.init(
            claim: claim, accepted: try Self.accepted(object), verification: try Self.verification(object),
            weight: try object.flag("optional") == true ? .optional : .required)
    }

    private static func accepted(_ object: ProviderFileObject) throws(ProviderFileProblem) -> [JSONValue] {
        switch (object.node("equals"), object.node("one_of")) {
        case (nil, nil): throw object.problem(.missingKey, at: "equals")
        case (.some, .some): throw object.problem(.badValue(expected: "left out beside equals"), at: "one_of")
        case (let value?, nil): return [try object.single(value, at: "equals")]
        case (nil, let list?):
            guard case .array(let elements) = list.value, !elements.isEmpty else {
                throw object.problem(.badValue(expected: "a list of at least one value"), at: "one_of")
            }
            var values: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                values.append(try object.single(element, at: "one_of[\(index)]"))
            }
            return values
        }
    }

    private static func verification(
        _ object: ProviderFileObject
    ) throws(ProviderFileProblem) -> VerificationAddress? {
        guard let text = try object.text("verification_url") else { return nil }
        guard let address = VerificationAddress(text) else {
            throw object.problem(
                .badValue(expected: "an https address without a fragment; plain http is for loopback only"),
                at: "verification_url")
        }
        return address
    }
}

extension ProviderFileObject {
    /// Refuses any member that is not in `allowed`, and says which there are.
    fileprivate func requireMembers(_ allowed: [String]) throws(ProviderFileProblem) {
        for key in keys where !allowed.contains(key) {
            throw problem(.badValue(expected: "one of \(allowed.joined(separator: ", "))"), at: key)
        }
    }
}
