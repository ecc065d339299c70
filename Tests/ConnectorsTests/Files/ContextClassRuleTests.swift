import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: acr and acr_values") struct ContextClassRuleTests {
    private static func rule(_ more: String) throws -> ContextClassRule {
        try ProviderFileTests.definition(ProviderFileTests.oidc(more)).contextClasses
    }

    @Test func `A provider of which the file says nothing gives logins about which nothing is known`() throws {
        let rule = try Self.rule("")
        #expect(rule.contextClass(saying: nil) == nil && rule.contextClass(saying: "urn:mfa") == nil)
        #expect(rule.attainable == ["0"])
    }

    @Test func `What the provider says counts by the name that the file gives it, and nothing else does`() throws {
        let rule = try Self.rule(
            #""acr": "urn:city:password", "acr_values": {"mfa": "urn:city:two", "hw": "urn:city:two", "x": "urn:x"}"#)
        #expect(rule.contextClass(saying: "mfa") == "urn:city:two")
        #expect(rule.contextClass(saying: "hw") == "urn:city:two")
        #expect(rule.contextClass(saying: "urn:city:two") == "urn:city:password")
        #expect(rule.contextClass(saying: nil) == "urn:city:password")
        #expect(rule.attainable == ["urn:city:two", "urn:city:password", "urn:x"])
        let demand = try #require(ContextDemand(["urn:x", "urn:unknown", "urn:city:two"], weight: .voluntary))
        #expect(rule.upstreamNames(for: demand) == ["x", "hw", "mfa"])
    }

    @Test(arguments: [
        (#""acr": "two words""#, "$.acr"), (#""acr": """#, "$.acr"), (#""acr": ["a"]"#, "$.acr"),
        (#""acr_values": "a""#, "$.acr_values"), (#""acr_values": {"a b": "c"}"#, "$.acr_values.a b"),
        (#""acr_values": {"a": "b c"}"#, "$.acr_values.a"), (#""acr_values": {"a": 1}"#, "$.acr_values.a"),
        (#""acr_values": {"a": "žltá"}"#, "$.acr_values.a"),
    ])
    func `What names no class is reported at its place`(more: String, key: String) {
        let problem = #expect(throws: ProviderFileProblem.self) { try Self.rule(more) }
        #expect(problem?.key == key)
    }

    @Test func `Local accounts have a class too, but nobody who could say another`() throws {
        let local = #"{"id": "local", "type": "local", "name": "City", "acr": "urn:city:password"}"#
        let file = try ProviderFileTests.read(local, named: "local.json")
        guard case .usable(let definition) = file else { throw ProviderFileTests.Unusable() }
        #expect(definition.contextClasses == ContextClassRule(usual: "urn:city:password"))
        #expect(throws: ProviderFileProblem.self) {
            try ProviderFileTests.read(
                #"{"id": "local", "type": "local", "name": "City", "acr_values": {"a": "b"}}"#, named: "local.json")
        }
    }
}
