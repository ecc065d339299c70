import OAuth

extension ClaimMapping {
    /// Reads `claims`.
    init(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        guard let claims = try object.object("claims") else {
            self.init()
            return
        }
        var rules: [String: ClaimRule] = [:]
        for name in claims.keys {
            guard !BrokerClaims.names.contains(name) else {
                throw claims.problem(.badValue(expected: "left out: this claim is the broker's own"), at: name)
            }
            guard BrokerClaims.leaveFree(name) else {
                throw claims.problem(.badValue(expected: "a name of 1 to 128 bytes"), at: name)
            }
            rules[name] = try ClaimRule(name, in: claims)
        }
        self.init(rules)
    }
}

extension ClaimRule {
    fileprivate init(_ name: String, in claims: ProviderFileObject) throws(ProviderFileProblem) {
        guard case .object = claims.node(name)?.value, let rule = try claims.object(name) else {
            self = .taken(try claims.path(name), default: nil)
            return
        }
        try rule.requireKeys(.claimRule)
        if let value = rule.node("value") {
            for key in ["from", "default", "map", "unmatched"] where rule.node(key) != nil {
                throw rule.problem(.badValue(expected: "left out beside value"), at: key)
            }
            self = .constant(try rule.plain(value, at: "value"))
            return
        }
        guard rule.node("from") != nil else { throw rule.problem(.missingKey, at: "from") }
        let path = try rule.path("from")
        let standard = try rule.node("default").map { node throws(ProviderFileProblem) in
            try rule.plain(node, at: "default")
        }
        if let words = try rule.object("map") {
            self = .translated(path, try ClaimTranslation(words, in: rule), default: standard)
        } else if rule.node("unmatched") != nil {
            throw rule.problem(.badValue(expected: "beside a map"), at: "unmatched")
        } else {
            self = .taken(path, default: standard)
        }
    }
}

extension ClaimTranslation {
    fileprivate init(
        _ words: ProviderFileObject, in rule: ProviderFileObject
    ) throws(ProviderFileProblem) {
        guard !words.keys.isEmpty else {
            throw rule.problem(.badValue(expected: "an object with at least one word"), at: "map")
        }
        var translations: [String: [JSONValue]] = [:]
        for word in words.keys {
            guard let node = words.node(word) else { continue }
            if case .array(let elements) = node.value {
                var values: [JSONValue] = []
                for element in elements { values.append(try words.single(element, at: word)) }
                translations[word] = values
            } else {
                translations[word] = [try words.single(node, at: word)]
            }
        }
        self.init(words: translations, unmatched: try rule.word("unmatched", Unmatched.self) ?? .drop)
    }
}

extension ProviderFileObject {
    /// The claim path under `key`.
    fileprivate func path(_ key: String) throws(ProviderFileProblem) -> ClaimPath {
        guard let path = ClaimPath(try requiredText(key)) else {
            throw problem(.badValue(expected: "a path such as $.custom.department or $['custom:department']"), at: key)
        }
        return path
    }

    /// `node` as a value to give; null would be none.
    func plain(_ node: LocatedJSON, at key: String) throws(ProviderFileProblem) -> JSONValue {
        guard node.value != .null else { throw problem(.badValue(expected: "a value other than null"), at: key) }
        return node.plain
    }

    /// `node` as text, a number, or true or false.
    func single(_ node: LocatedJSON, at key: String) throws(ProviderFileProblem) -> JSONValue {
        switch node.value {
        case .string, .bool, .number: return node.plain
        case .null, .array, .object:
            throw problem(.badValue(expected: "text, a number, true or false"), at: key)
        }
    }
}

extension LocatedJSON {
    /// The value without its places.
    var plain: JSONValue {
        switch value {
        case .null: .null
        case .bool(let truth): .bool(truth)
        case .number(let text): Int64(text).map(JSONValue.integer) ?? .number(Double(text) ?? 0)
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(\.plain))
        case .object(let members):
            .object(Dictionary(members.map { ($0.name, $0.value.plain) }) { _, last in last })
        }
    }
}
