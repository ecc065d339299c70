import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: keys") struct ProviderKeysTests {
    /// A key of some kind of file, as a path from the file's root.
    struct Place: Sendable, CustomTestStringConvertible {
        let kind: ProviderKind
        let path: [String]

        var testDescription: String { "\(kind) \(path.joined(separator: "."))" }

        static let all = ProviderKind.allCases.flatMap { kind in
            places(in: kind.keys, at: []).map { Place(kind: kind, path: $0) }
        }

        private static func places(in keys: ProviderKeys, at path: [String]) -> [[String]] {
            keys.names.flatMap { name -> [[String]] in
                guard case .object(let inner)? = keys[name] else { return [path + [name]] }
                return [path + [name]] + places(in: inner, at: path + [name])
            }
        }

        /// A file of this kind that says something impossible here and nothing else that could be wrong.
        var nonsense: String {
            let value = path.reversed().reduce("[[[]]]") { value, name in #"{"\#(name)": \#(value)}"# }
            let id = kind == .local ? "local" : "city"
            let heading = [("id", "\"\(id)\""), ("type", "\"\(kind.rawValue)\""), ("name", "\"City\"")]
                .filter { $0.0 != path.first }.map { #""\#($0.0)": \#($0.1), "# }.joined()
            return "{" + heading + value.dropFirst()
        }
    }

    @Test("No key is known and then not looked at", arguments: Place.all) func everyKeyIsRead(place: Place) throws {
        let endpoints =
            #"{"authorization": "https://id.example", "token": "https://id.example", "userinfo": "https://id.example"}"#
        var rest = [
            "issuer": #""https://id.example""#, "client_id": #""a""#, "client_secret": #""b""#, "tenant": #""common""#,
            "team_id": #""t""#,
            "subject_header": #""X-User""#,
        ]
        if place.kind == .oauth2 { rest.merge(["subject": #""$.id""#, "endpoints": endpoints]) { _, new in new } }
        if place.kind == .microsoft { rest["issuer"] = #""https://id.example/common/v2.0""# }
        if place.kind == .apple {
            rest.merge(["client_key": ProviderFileTests.keyText, "client_key_id": #""k""#]) { _, new in new }
        }
        let members = rest.filter { place.kind.keys[$0.key] != nil && $0.key != place.path.first }
            .map { #", "\#($0.key)": \#($0.value)}"# }
        let text = members.reduce(place.nonsense) { text, member in text.dropLast() + member }
        let problem = #expect(throws: ProviderFileProblem.self) { try ProviderFileTests.read(text) }
        let key = "$." + place.path.joined(separator: ".")
        #expect(
            problem?.key.map { $0 == key || $0.hasPrefix(key + "[") } == true,
            "\(text) gave \(String(describing: problem))")
    }

    @Test(
        "What was probably meant is said",
        arguments: [
            ("client-id", "client_id"), ("clientSecret", "client_secret"), ("isuser", "issuer"), ("scope", "scopes"),
            ("enable", "enabled"), ("hosted_domains", "allow.hosted_domains"), ("jwks", "endpoints.jwks"),
            ("x", nil), ("completely_different", nil), ("", nil),
        ] as [(String, String?)])
    func suggestion(written: String, meant: String?) {
        #expect(ProviderKind.oidc.keys.suggestion(for: written) == meant)
    }
}
