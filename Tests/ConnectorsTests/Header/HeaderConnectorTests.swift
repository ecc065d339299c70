import OAuth
import Testing

@testable import Connectors

@Suite("Logins by header: what a trusted proxy says") struct HeaderConnectorTests {
    private static func connector(_ more: String = "") throws -> HeaderConnector {
        let text = #"{"id": "city", "type": "header", "name": "Gateway", "subject_header": "X-Remote-User"\#(more)}"#
        guard case .header(let settings) = try ProviderFileTests.definition(text).upstream else {
            throw ProviderFileTests.Unusable()
        }
        return HeaderConnector(settings: settings)
    }

    private static let claims =
        #", "claims_headers": {"email": "X-Remote-Email", "email_verified": "X-Remote-Verified", "groups": "X-Groups", "#
        + #""department": "X-Department"}"#

    private static let proof = #", "proxy_secret_header": "X-Proof", "proxy_secret": "${SECRET}""#

    @Test func `The person is whom the field names`() throws {
        let connector = try Self.connector(Self.claims)
        let person = try connector.person(
            in: .vouchedFor([
                ("host", "login.city.example"), ("x-remote-user", "jana@CITY.EXAMPLE"),
                ("X-Remote-Email", "jana@city.example"), ("X-REMOTE-VERIFIED", "true"),
                ("X-Groups", "staff, parks,,"), ("X-Department", "Parks, Trees"), ("X-Other", "x"),
            ]))
        #expect(person.subject == "jana@CITY.EXAMPLE")
        #expect(
            person.claims.values == [
                "email": "jana@city.example", "email_verified": true, "groups": .array(["staff", "parks"]),
                "department": "Parks, Trees",
            ])
    }

    @Test func `A claim whose field is missing or empty is left out`() throws {
        let person = try Self.connector(Self.claims).person(
            in: .vouchedFor([("X-Remote-User", "jana"), ("X-Remote-Email", "")]))
        #expect(person.claims.values.isEmpty)
    }

    @Test func `Groups may be set apart by another character`() throws {
        let connector = try Self.connector(
            #", "claims_headers": {"groups": "X-Groups"}, "groups_separator": "|""#)
        let person = try connector.person(in: .vouchedFor([("X-Remote-User", "jana"), ("X-Groups", "a,b|c")]))
        #expect(person.claims.values == ["groups": .array(["a,b", "c"])])
    }

    @Test func `Whoever is no trusted proxy is not believed`() throws {
        let connector = try Self.connector()
        #expect(throws: ConnectorError.misbehaved(cause: "the request did not come from one of the --trusted-proxies"))
        {
            try connector.person(in: .notVouchedFor)
        }
    }

    struct Header: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fields: [(name: String, value: String)]

        init(_ description: String, _ fields: [(name: String, value: String)]) {
            (testDescription, self.fields) = (description, fields)
        }
    }

    @Test(
        "A header that two readers could read differently is refused",
        arguments: [
            Header("nobody", []),
            Header("an empty name", [("X-Remote-User", "")]),
            Header("two names", [("X-Remote-User", "jana"), ("X-Remote-User", "root")]),
            Header("two spellings", [("X-Remote-User", "jana"), ("x-remote-user", "root")]),
            Header("two names joined on the way", [("X-Remote-User", "root, jana")]),
            Header("a look-alike alone", [("X_Remote_User", "root")]),
            Header("a look-alike beside (CVE-2025-64484)", [("X-Remote-User", "jana"), ("X_Remote_User", "root")]),
            Header("half a look-alike", [("X-Remote-User", "jana"), ("x-remote_user", "root")]),
            Header("a look-alike with dots", [("X-Remote-User", "jana"), ("X.Remote.User", "root")]),
            Header("a look-alike of a claim", [("X-Remote-User", "jana"), ("X_Groups", "admin")]),
            Header("two of a claim", [("X-Remote-User", "jana"), ("X-Groups", "a"), ("X-Groups", "admin")]),
            Header("not UTF-8", [("X-Remote-User", "jan\u{FFFD}")]),
            Header("a control character", [("X-Remote-User", "jana\u{7F}")]),
            Header("a tab", [("X-Remote-User", "ja\tna")]),
            Header("a line of its own", [("X-Remote-User", "jana\u{2028}root")]),
            Header("overlong", [("X-Remote-User", String(repeating: "a", count: 256))]),
            Header(
                "an overlong claim", [("X-Remote-User", "jana"), ("X-Groups", String(repeating: "a", count: 4097))]),
        ])
    func refused(header: Header) throws {
        let connector = try Self.connector(Self.claims)
        #expect(throws: ConnectorError.self) { try connector.person(in: .vouchedFor(header.fields)) }
    }

    @Test(
        "A proxy with a secret has to show it",
        arguments: [
            ([("X-Proof", "from-environment")], true), ([], false), ([("X-Proof", "guess")], false),
            ([("X-Proof", "")], false), ([("X-Proof", "from-environment"), ("X-Proof", "from-environment")], false),
            ([("X-Proof", "from-environment"), ("X_Proof", "from-environment")], false),
        ] as [([(String, String)], Bool)])
    func proof(fields: [(String, String)], isProof: Bool) throws {
        let connector = try Self.connector(Self.proof)
        let header = ProxyHeader.vouchedFor([("X-Remote-User", "jana")] + fields.map { (name: $0.0, value: $0.1) })
        if isProof {
            #expect(try connector.person(in: header).subject == "jana")
        } else {
            #expect(throws: ConnectorError.self) { try connector.person(in: header) }
        }
    }

    @Test(
        "A file about a proxy is read strictly",
        arguments: [
            (#", "subject_header": "X-A""#, "$.subject_header"),
            (#", "claims_headers": {"sub": "X-Sub"}"#, "$.claims_headers.sub"),
            (#", "claims_headers": {"email": "X_Email"}"#, "$.claims_headers.email"),
            (#", "claims_headers": {"email": ["X-Email"]}"#, "$.claims_headers.email"),
            (#", "groups_separator": ", ""#, "$.groups_separator"),
            (#", "proxy_secret": "s""#, "$.proxy_secret_header"),
            (#", "proxy_secret_header": "X-Proof""#, "$.proxy_secret"),
            (#", "proxy_secret_header": "x-remote-user", "proxy_secret": "s""#, "$.proxy_secret_header"),
            (#", "client_id": "a""#, "$.client_id"),
        ])
    func strict(more: String, key: String) {
        let problem = #expect(throws: ProviderFileProblem.self) { try Self.connector(more) }
        #expect(problem?.key == key)
    }

    @Test(
        "The name of a field has no underscore",
        arguments: ["", "X_User", "X User", "X:User", "-User", "Üser", "X.User"])
    func names(name: String) {
        #expect(HeaderFieldName(name) == nil)
    }
}
