/// Puts values from the environment (`${NAME}`) and from files (`{"file": "path"}`) into a provider file.
struct Placeholders {
    /// Values by name; an empty value counts as not set.
    let environment: [String: String]
    /// The content of a file, `nil` if it cannot be read; relative paths start at the provider folder.
    let readFile: (_ path: String) -> String?

    /// A value that could not be put in.
    struct Unset: Hashable {
        /// JSON path of the value.
        let key: String
        /// What the operator has to set, in words.
        let reason: String
    }

    /// Objects whose own members are free to be called `file`.
    private static let containers: Set<String> = ["$", "$.allow", "$.endpoints", "$.claims"]

    /// `node` with every placeholder replaced; those that have no value stay, and are listed.
    func resolve(_ node: LocatedJSON) -> (node: LocatedJSON, unset: [Unset]) {
        var unset: [Unset] = []
        let resolved = resolve(node, at: "$", &unset)
        return (resolved, unset)
    }

    private func resolve(_ node: LocatedJSON, at path: String, _ unset: inout [Unset]) -> LocatedJSON {
        switch node.value {
        case .null, .bool, .number: return node
        case .string(let text):
            return LocatedJSON(value: .string(substitute(text, at: path, &unset)), line: node.line)
        case .array(let elements):
            var resolved: [LocatedJSON] = []
            for (index, element) in elements.enumerated() {
                resolved.append(resolve(element, at: "\(path)[\(index)]", &unset))
            }
            return LocatedJSON(value: .array(resolved), line: node.line)
        case .object(let members):
            if !Self.containers.contains(path), let file = Self.fileReference(members) {
                return LocatedJSON(value: .string(content(of: file, at: path, &unset)), line: node.line)
            }
            var resolved: [LocatedJSON.Member] = []
            for member in members {
                let value = resolve(member.value, at: "\(path).\(member.name)", &unset)
                resolved.append(LocatedJSON.Member(name: member.name, line: member.line, value: value))
            }
            return LocatedJSON(value: .object(resolved), line: node.line)
        }
    }

    private static func fileReference(_ members: [LocatedJSON.Member]) -> String? {
        guard members.count == 1, let member = members.first, member.name == "file",
            case .string(let path) = member.value.value
        else { return nil }
        return path
    }

    private func content(of file: String, at path: String, _ unset: inout [Unset]) -> String {
        let text = readFile(file).map {
            String($0.drop(while: \.isNewline).reversed().drop(while: \.isNewline).reversed())
        }
        guard let text, !text.isEmpty else {
            unset.append(Unset(key: path, reason: "the file \(file) cannot be read or is empty"))
            return "{file}"
        }
        return text
    }

    /// Replaces each `${NAME}` of `text`; anything else with a dollar sign, such as a claim path, is left alone.
    private func substitute(_ text: String, at path: String, _ unset: inout [Unset]) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            let name = String(rest[start.upperBound..<end])
            result += rest[..<start.lowerBound]
            if let value = environment[name], !value.isEmpty {
                result += value
            } else {
                unset.append(Unset(key: path, reason: "\(name) is not set"))
                result += "${\(name)}"
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
