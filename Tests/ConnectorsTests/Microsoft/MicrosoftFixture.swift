import FoundationEssentials
import OAuth

@testable import Connectors

/// Microsoft made of stubs: its addresses are on the fixture's host.
enum MicrosoftFixture {
    static let tenant = "11111111-2222-3333-4444-555555555555"
    static let other = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    static let person = "99999999-8888-7777-6666-555555555555"
    static let graph = "https://graph.microsoft.com/v1.0/me/transitiveMemberOf?$select=id&$top=999"

    static func issuer(_ tenant: String) -> String { "https://login.microsoftonline.com/\(tenant)/v2.0" }

    /// A provider for `tenant` whose metadata names the issuer `published`.
    static func connector(
        _ fixture: OpenIDFixture, tenant: String = "common", published: String = issuer("{tenantid}"),
        _ members: String = ""
    ) throws -> OIDCConnector {
        fixture.publish(
            ["issuer": .string(published), "authorization_response_iss_parameter_supported": .gone],
            at: issuer(tenant) + "/.well-known/openid-configuration")
        return try fixture.connector(ofKind: "microsoft", #", "tenant": "\#(tenant)"\#(members)"#)
    }

    /// What an ID token of `tenant` says otherwise than the fixture's.
    static func token(_ tenant: String = tenant, _ more: [String: JSONValue?] = [:]) -> [String: JSONValue?] {
        ["iss": .string(issuer(tenant)), "tid": .string(tenant), "oid": .string(person), "email_verified": .gone]
            .merging(more) { $1 }
    }
}
