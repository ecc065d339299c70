package import OAuth

/// A provider file about to be written, key by key in the order in which a person would read them.
package struct ProviderDraft: Sendable {
    package let id: ProviderID
    package let kind: ProviderKind
    private var members: [(name: String, value: Value)] = []

    private indirect enum Value: Sendable {
        /// JSON as it will stand in the file.
        case json(String)
        case object([(name: String, value: Value)])
    }

    /// Why a setting cannot go into the file.
    package enum Flaw: Error, Sendable, Hashable, CustomStringConvertible {
        case notAPath(String)
        case alreadySet(String)
        /// A secret as such: it would stand in the shell's history and in the list of processes.
        case literalSecret(String)

        package var description: String {
            switch self {
            case .notAPath(let key): "\(key) is not a key, nor keys with a dot between them"
            case .alreadySet(let key): "\(key) is given twice"
            case .literalSecret(let key):
                "\(key) is a secret, which does not belong on a command line: name a variable (${NAME}) or a file "
                    + #"({"file": "path"}) that holds it"#
            }
        }
    }

    /// The beginning of every file.
    package init(id: ProviderID, kind: ProviderKind, name: String) {
        self.id = id
        self.kind = kind
        members = [
            ("$schema", .json(Self.quoted("./schema.json"))), ("id", .json(Self.quoted(id.rawValue))),
            ("type", .json(Self.quoted(kind.rawValue))), ("name", .json(Self.quoted(name))),
        ]
    }

    /// Whether files of this kind have the key `name`.
    package func takes(_ name: String) -> Bool { kind.keys[name] != nil }

    package func has(_ name: String) -> Bool { members.contains { $0.name == name } }

    /// Whether the broker has a secret at providers of this kind as a rule; a pool that browsers use gives none.
    package var wantsSecret: Bool { takes("client_secret") && kind != .cognito }

    /// Keys that every file of this kind needs and whose values the provider hands out, each with the end of the variable
    /// that holds it as a rule.
    package var handedOut: [(key: String, variable: String)] {
        switch kind {
        case .apple: [("team_id", "TEAM_ID"), ("client_key_id", "KEY_ID"), ("client_key", "KEY")]
        case .local, .cognito, .google, .microsoft, .gitHub, .facebook, .linkedIn, .gitLab, .oidc, .oauth2, .header: []
        }
    }

    /// Whether people come back from the provider to a callback here.
    package var hasCallback: Bool { takes("client_id") }

    /// Sets `key` to a text.
    package mutating func set(_ key: String, text: String) throws(Flaw) {
        try set(key, .json(Self.quoted(text)))
    }

    /// Sets `key` to a list of texts.
    package mutating func set(_ key: String, texts: [String]) throws(Flaw) {
        try set(key, .json("[" + texts.map(Self.quoted).joined(separator: ", ") + "]"))
    }

    /// Sets `key` to the content of a file.
    package mutating func set(_ key: String, file: String) throws(Flaw) {
        try set(key, .json("{ \"file\": \(Self.quoted(file)) }"))
    }

    /// Sets `key`, such as `endpoints.token`, to `value`: what is JSON as that, all else as text.
    package mutating func set(_ key: String, jsonOrText value: String) throws(Flaw) {
        let node = try? LocatedJSON(parsing: value.utf8)
        if case .secret? = kind.keys[key] {
            guard value.hasPrefix("${") || node?.member("file") != nil else { throw .literalSecret(key) }
        }
        try set(key, .json(node == nil ? Self.quoted(value) : value))
    }

    private mutating func set(_ key: String, _ value: Value) throws(Flaw) {
        let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.count <= 2, path.allSatisfy({ !$0.isEmpty }) else { throw .notAPath(key) }
        guard path.count == 2 else {
            guard !has(key) else { throw .alreadySet(key) }
            members.append((key, value))
            return
        }
        let index = members.firstIndex { $0.name == path[0] } ?? members.endIndex
        if index == members.endIndex { members.append((path[0], .object([]))) }
        guard case .object(var inner) = members[index].value, !inner.contains(where: { $0.name == path[1] }) else {
            throw .alreadySet(key)
        }
        inner.append((path[1], value))
        members[index].value = .object(inner)
    }

    /// The file's text.
    package var text: String { Self.rendered(members, indentation: "") + "\n" }

    private static func rendered(_ members: [(name: String, value: Value)], indentation: String) -> String {
        let inner = indentation + "  "
        let lines = members.map { name, value in
            let text =
                switch value {
                case .json(let text): text
                case .object(let members): rendered(members, indentation: inner)
                }
            return "\(inner)\(quoted(name)): \(text)"
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
