import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: Facebook") struct FacebookFileTests {
    private func settings(_ more: String = "") throws -> FacebookSettings {
        let text = """
            {"id": "city", "type": "facebook", "name": "Facebook", "client_id": "1234567890",
             "client_secret": "s"\(more.isEmpty ? "" : ",\n \(more)")}
            """
        guard case .facebook(let settings) = try ProviderFileTests.definition(text).upstream else {
            throw ProviderFileTests.Unusable()
        }
        return settings
    }

    @Test func `The shortest file asks today's version of the Graph API`() throws {
        let settings = try settings()
        #expect(settings.appID == "1234567890")
        #expect(settings.secret == Secret("s"))
        #expect(settings.authorization.url == "https://www.facebook.com/v26.0/dialog/oauth")
        #expect(settings.token.url == "https://graph.facebook.com/v26.0/oauth/access_token")
        #expect(settings.graph.url == "https://graph.facebook.com/v26.0")
        #expect(settings.scope == Scope(["email", "public_profile"]))
    }

    @Test func `Another version changes all three addresses`() throws {
        let settings = try settings(#""graph_version": "v31.2""#)
        #expect(settings.authorization.url == "https://www.facebook.com/v31.2/dialog/oauth")
        #expect(settings.token.url == "https://graph.facebook.com/v31.2/oauth/access_token")
        #expect(settings.graph.url == "https://graph.facebook.com/v31.2")
        #expect(
            try self.settings(#""endpoints": {"api": "http://localhost:9"}"#).graph.url == "http://localhost:9/v26.0")
    }

    @Test(arguments: ["26.0", "v26", "v26.0/me", "v26.", "v.0", "v1000.0", "v26.0.1", "v٢٦.0"])
    func `What is no version is named`(version: String) throws {
        let problem = #expect(throws: ProviderFileProblem.self) { try settings(#""graph_version": "\#(version)""#) }
        #expect(problem?.key == "$.graph_version")
        #expect(problem?.line == 3)
    }

    @Test func `Nobody can be let in by an address that is never verified`() throws {
        let problem = #expect(throws: ProviderFileProblem.self) {
            try settings(#""allow": {"email_domains": ["city.example"]}"#)
        }
        #expect(problem?.key == "$.allow")
    }
}
