import Foundation

/// `Package.swift`, read as text: what matters is what stands there.
enum Manifest {
    struct Unreadable: Error {
        let what: String
    }

    /// What each target that is no test depends on, by module name.
    static func dependencies() throws -> [String: Set<String>] {
        let text = try SourceTree.manifest()
        let products = try products(in: text)
        var found: [String: Set<String>] = [:]
        let declaration = #/\.(?:executableT|t)arget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]/#
        for match in text.matches(of: declaration) {
            let names = match.output.2.split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            found[String(match.output.1)] = try Set(
                names.filter { !$0.isEmpty }.map { name in
                    if name.hasPrefix("\"") { return name.trimmingCharacters(in: ["\""]) }
                    guard let product = products[name] else { throw Unreadable(what: name) }
                    return product
                })
        }
        return found
    }

    /// The products of other packages by the name of the constant they are kept in.
    private static func products(in text: String) throws -> [String: String] {
        let declaration = #/let (\w+) = Target\.Dependency\.product\(name: "(\w+)"/#
        let pairs = text.matches(of: declaration).map { (String($0.output.1), String($0.output.2)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
