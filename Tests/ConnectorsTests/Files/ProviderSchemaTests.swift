import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: the published schema (JSON Schema 2020-12)") struct ProviderSchemaTests {
    /// `providers/schema.json`, in which a reference is another way to write what it leads to.
    private struct Schema {
        let root: JSONValue

        init() throws {
            let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let text = try Data(contentsOf: repository.appending(path: "providers/schema.json"))
            root = try UntrustedJSON.decode(JSONValue.self, from: text)
        }

        func member(_ name: String, of node: JSONValue?) -> JSONValue? { node?.object?[name] }

        func resolved(_ node: JSONValue?) throws -> JSONValue? {
            guard let name = member("$ref", of: node)?.string else { return node }
            let definitions = member("$defs", of: root)
            let local = try #require(name.split(separator: "/").last.map(String.init))
            let found: JSONValue = try #require(member(local, of: definitions), "\(name) leads nowhere")
            return found
        }

        /// What the schema says about the properties of a file of `kind`.
        func properties(of kind: ProviderKind) throws -> [String: JSONValue] {
            let branches = try #require(member("allOf", of: root)?.array)
            let branch = branches.first { branch in
                let type = member("type", of: member("properties", of: member("if", of: branch)))
                return member("const", of: type)?.string == kind.rawValue
            }
            let found: JSONValue = try #require(branch, "no branch for \(kind)")
            let own = try resolved(member("then", of: found))
            let common = try #require(member("properties", of: root)?.object)
            return common.merging(member("properties", of: own)?.object ?? [:]) { _, own in own }
        }
    }

    private func expect(
        _ keys: ProviderKeys, toBe properties: [String: JSONValue], in schema: Schema, at path: String
    ) throws {
        #expect(keys.names == properties.keys.sorted(), "at \(path)")
        for name in keys.names {
            let property = try schema.resolved(properties[name])
            switch keys[name] {
            case .object(let inner)?:
                let inside = try #require(schema.member("properties", of: property)?.object, "at \(path).\(name)")
                #expect(schema.member("additionalProperties", of: property) == false, "at \(path).\(name)")
                try expect(inner, toBe: inside, in: schema, at: "\(path).\(name)")
            case .word?, .text?, .value?, .secret?, .names?, nil: break
            }
        }
    }

    @Test("The parser's keys are the schema's, in each kind of file", arguments: ProviderKind.allCases)
    func keys(kind: ProviderKind) throws {
        let schema = try Schema()
        try expect(kind.keys, toBe: try schema.properties(of: kind), in: schema, at: kind.rawValue)
        #expect(schema.member("unevaluatedProperties", of: schema.root) == false)
    }

    @Test func `The schema names the kinds that there are`() throws {
        let schema = try Schema()
        let type = schema.member("type", of: schema.member("properties", of: schema.root))
        let kinds = try #require(schema.member("enum", of: type)?.array).compactMap(\.string)
        #expect(kinds.sorted() == ProviderKind.allCases.map(\.rawValue).sorted())
    }

    @Test("An editor has something to say about every key", arguments: ProviderKind.allCases)
    func descriptions(kind: ProviderKind) throws {
        let schema = try Schema()
        for (name, property) in try schema.properties(of: kind) where name != "id" {
            let own = schema.member("description", of: property)?.string
            let shared = schema.member("description", of: try schema.resolved(property))?.string
            #expect((own ?? shared)?.hasSuffix(".") == true, "\(name)")
        }
    }
}
