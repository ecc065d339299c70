import OAuth
import Testing

@Suite("OIDC Core §3.1.2.1: acr_values")
struct ContextDemandTests {
    @Test("It is a list of names with spaces between them")
    func list() throws {
        let demand = try #require(ContextDemand(acrValues: "urn:b  urn:a"))
        #expect(demand.values == ["urn:b", "urn:a"] && demand.weight == .voluntary)
        #expect(demand.isMet(by: "urn:a") && !demand.isMet(by: "urn:c") && !demand.isMet(by: nil))
        #expect(try #require(ContextDemand(acrValues: "0")).isMet(by: nil), "0 is what nobody knows more about")
    }

    @Test(
        "What is no list of names is refused",
        arguments: [
            " ", "a a", "a\tb", "a\u{7f}", "žltý", String(repeating: "a", count: 256),
            (0..<17).map { "a\($0)" }.joined(separator: " "),
        ])
    func malformed(text: String) {
        #expect(ContextDemand(acrValues: text) == nil)
        #expect(throws: AuthorizationRejection.self) { try AuthorizationRequestFixture.parse(["acr_values": text]) }
    }

    @Test("What cannot be had is not waited for, unless it has to be")
    func limited() throws {
        let voluntary = try #require(ContextDemand(["a", "b"], weight: .voluntary))
        #expect(voluntary.limited(to: ["b", "c"])?.values == ["b"])
        #expect(voluntary.limited(to: ["c"]) == nil)
        let essential = try #require(ContextDemand(["a", "b"], weight: .essential))
        #expect(essential.limited(to: ["c"])?.values == [])
    }

    @Test("Where claims demands a class, acr_values is not heard")
    func both() throws {
        let request = try AuthorizationRequestFixture.parse([
            "acr_values": "a", "claims": #"{"id_token":{"acr":{"essential":true,"value":"b"}}}"#,
        ])
        #expect(request.context == ContextDemand(["b"], weight: .essential))
    }
}
