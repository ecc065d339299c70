/// Puts values from the environment (`${NAME}`) and from files (`{"file": "path"}`) into a provider file.
struct Placeholders {
    /// Values by name; an empty value counts as not set.
    let environment: [String: String]
    /// The text of a file; relative paths start at the provider folder.
    let readFile: (_ path: String) throws(ReferredFile.Flaw) -> String

    /// A value that could not be put in.
    struct Unset: Hashable {
        /// JSON path of the value.
        let key: String
        let line: Int
        /// What the operator has to set, in words.
        let reason: String
        /// The variable that is not set, where that is the reason.
        let variable: String?
    }

    /// A file from which a value is taken.
    struct Reference: Hashable {
        let path: String
        let key: String
        let line: Int
        let content: ProviderKeys.Content
    }

    /// A provider file with its values put in.
    struct Resolution {
        /// Placeholders that have no value stand in it as they were.
        var node: LocatedJSON
        var unset: [Unset] = []
        var references: [Reference] = []
        /// The first text with `${` and no name in braces after it.
        var malformed: (key: String, line: Int)?
    }

    /// The file `node`, which may hold `keys`, with every placeholder replaced.
    func resolve(_ node: LocatedJSON, keys: ProviderKeys) -> Resolution {
        var resolution = Resolution(node: node)
        resolution.node = resolve(node, as: .object(keys), at: "$", &resolution)
        return resolution
    }

    private func resolve(
        _ node: LocatedJSON, as content: ProviderKeys.Content, at path: String, _ resolution: inout Resolution
    ) -> LocatedJSON {
        guard content != .word else { return node }
        switch node.value {
        case .null, .bool, .number: return node
        case .string(let text):
            return node.with(.string(substitute(text, at: path, line: node.line, &resolution)))
        case .array(let elements):
            var resolved: [LocatedJSON] = []
            for (index, element) in elements.enumerated() {
                resolved.append(resolve(element, as: .text, at: "\(path)[\(index)]", &resolution))
            }
            return node.with(.array(resolved))
        case .object(let members):
            if content.isValue, let file = Self.fileReference(members) {
                let reference = Reference(path: file, key: path, line: node.line, content: content)
                return node.with(.string(text(of: reference, &resolution)))
            }
            var resolved: [LocatedJSON.Member] = []
            for member in members {
                let value = resolve(
                    member.value, as: content.content(of: member.name), at: "\(path).\(member.name)", &resolution)
                resolved.append(LocatedJSON.Member(name: member.name, line: member.line, value: value))
            }
            return node.with(.object(resolved))
        }
    }

    private static func fileReference(_ members: [LocatedJSON.Member]) -> String? {
        guard members.count == 1, let member = members.first, member.name == "file",
            case .string(let path) = member.value.value, !path.isEmpty
        else { return nil }
        return path
    }

    private func text(of reference: Reference, _ resolution: inout Resolution) -> String {
        resolution.references.append(reference)
        do throws(ReferredFile.Flaw) {
            return try readFile(reference.path)
        } catch {
            let reason = "the file \(reference.path) \(error.words)"
            resolution.unset.append(Unset(key: reference.key, line: reference.line, reason: reason, variable: nil))
            return "{file}"
        }
    }

    /// Replaces each `${NAME}` of `text`; anything else with a dollar sign, such as a claim path, is left alone.
    private func substitute(
        _ text: String, at path: String, line: Int, _ resolution: inout Resolution
    ) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            let tail = rest[start.upperBound...]
            guard let end = tail.firstIndex(of: "}"), Self.isVariableName(tail[..<end]) else {
                resolution.malformed = resolution.malformed ?? (path, line)
                return text
            }
            let name = String(tail[..<end])
            result += rest[..<start.lowerBound]
            if let value = environment[name], !value.isEmpty {
                result += value
            } else {
                let unset = Unset(key: path, line: line, reason: "\(name) is not set", variable: name)
                resolution.unset.append(unset)
                result += "${\(name)}"
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func isVariableName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { byte in
            isDigit(byte) || byte == UInt8(ascii: "_") || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension ProviderKeys.Content {
    /// Whether a value stands here, so that an object can be nothing but the name of a file.
    fileprivate var isValue: Bool {
        switch self {
        case .value, .secret: true
        case .word, .text, .object, .names: false
        }
    }

    /// What stands under `name` in an object of this content.
    fileprivate func content(of name: String) -> ProviderKeys.Content {
        switch self {
        case .object(let keys): keys[name] ?? .text
        case .names(let inner): inner
        case .word, .text, .value, .secret: .text
        }
    }
}
