import ArgumentParser
import OAuth

/// The value of a claim as it is typed: JSON if it is such, else text.
struct ClaimValue: ExpressibleByArgument {
    let value: JSONValue

    init(argument: String) {
        let json = try? UntrustedJSON.decode(JSONValue.self, from: Array(argument.utf8))
        value = json ?? .string(argument)
    }
}

/// A claim as `name=value`.
struct ClaimArgument: ExpressibleByArgument {
    let name: String
    let value: JSONValue

    init?(argument: String) {
        guard let separator = argument.firstIndex(of: "=") else { return nil }
        name = String(argument[..<separator])
        value = ClaimValue(argument: String(argument[argument.index(after: separator)...])).value
    }
}

extension Sequence<ClaimArgument> {
    /// The claims by name; of the same name the last counts.
    var claims: [String: JSONValue] {
        Dictionary(map { ($0.name, $0.value) }) { _, last in last }
    }
}
