/// One object of a provider file, read key by key; every complaint knows its place.
struct ProviderFileObject {
    let file: String
    /// The JSON path of the object.
    let path: String
    let line: Int
    private var members: [String: LocatedJSON] = [:]

    /// Takes `node` apart, whose names are unique (``LocatedJSON/requireUniqueNames(in:)``).
    init(_ node: LocatedJSON, at path: String, of file: String) throws(ProviderFileProblem) {
        (self.file, self.path, line) = (file, path, node.line)
        guard case .object(let members) = node.value else {
            let reason = ProviderFileProblem.Reason.wrongType(expected: "an object", found: node.kind)
            throw ProviderFileProblem(file: file, line: node.line, key: path, reason: reason)
        }
        for member in members {
            self.members[member.name] = member.value
        }
    }

    /// The keys in the order in which they stand in the file; on one line, sorted.
    var keys: [String] {
        members.sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }.map(\.key)
    }

    /// Refuses any key, here and further in, that is not among `known`.
    func requireKeys(_ known: ProviderKeys) throws(ProviderFileProblem) {
        for key in keys {
            switch known[key] {
            case nil: throw problem(.unknownKey(suggestion: known.suggestion(for: key)), at: key)
            case .word, .text, .value, .secret, .names: break
            case .object(let inner): try object(key)?.requireKeys(inner)
            }
        }
    }

    /// Whatever stands under `key`.
    func node(_ key: String) -> LocatedJSON? { members[key] }

    /// The text under `key`.
    func text(_ key: String) throws(ProviderFileProblem) -> String? {
        guard let node = members[key] else { return nil }
        guard case .string(let text) = node.value else { throw wrongType("text", at: key, node) }
        guard !text.isEmpty else { throw problem(.badValue(expected: "text that is not empty"), at: key) }
        return text
    }

    /// The text under `key`, which must be there.
    func requiredText(_ key: String) throws(ProviderFileProblem) -> String {
        guard let text = try text(key) else { throw problem(.missingKey, at: key) }
        return text
    }

    /// The truth value under `key`.
    func flag(_ key: String) throws(ProviderFileProblem) -> Bool? {
        guard let node = members[key] else { return nil }
        guard case .bool(let value) = node.value else { throw wrongType("true or false", at: key, node) }
        return value
    }

    /// The list of texts under `key`.
    func texts(_ key: String) throws(ProviderFileProblem) -> [String]? {
        guard let node = members[key] else { return nil }
        guard case .array(let elements) = node.value else { throw wrongType("a list", at: key, node) }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element.value else {
                throw wrongType("text", at: "\(key)[\(index)]", element)
            }
            texts.append(text)
        }
        return texts
    }

    /// The object under `key`.
    func object(_ key: String) throws(ProviderFileProblem) -> ProviderFileObject? {
        guard let node = members[key] else { return nil }
        return try ProviderFileObject(node, at: "\(path).\(key)", of: file)
    }

    /// Whether the value under `key` is an object, for keys that may also be text.
    func isObject(_ key: String) -> Bool {
        guard case .object? = members[key]?.value else { return false }
        return true
    }

    /// One of a closed set of words under `key`.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ type: Word.Type
    ) throws(ProviderFileProblem) -> Word? {
        guard let text = try text(key) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw problem(.badValue(expected: Word.allCases.map(\.rawValue).joined(separator: " or ")), at: key)
        }
        return word
    }

    /// A complaint about `key`, at its line if it is there.
    func problem(_ reason: ProviderFileProblem.Reason, at key: String) -> ProviderFileProblem {
        ProviderFileProblem(file: file, line: members[key]?.line ?? line, key: "\(path).\(key)", reason: reason)
    }

    private func wrongType(_ expected: String, at key: String, _ node: LocatedJSON) -> ProviderFileProblem {
        ProviderFileProblem(
            file: file, line: node.line, key: "\(path).\(key)", reason: .wrongType(expected: expected, found: node.kind)
        )
    }
}
