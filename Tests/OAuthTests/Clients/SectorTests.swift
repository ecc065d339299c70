import OAuth
import Testing

@Suite("OIDC Core §8.1: the sector of a pairwise client")
struct SectorTests {
    private static func metadata(_ redirects: [String], type: String?, sector: String? = nil) -> ClientMetadata {
        var metadata = ClientMetadata(clientID: "app", redirectURIs: redirects)
        metadata.subjectType = type
        metadata.sectorIdentifierURI = sector
        return metadata
    }

    @Test("Without a type, or with public, everybody's name is the same", arguments: [nil, "public"] as [String?])
    func shared(type: String?) throws {
        let client = try Self.metadata(["https://a.example/cb"], type: type).client(secretHash: nil)
        #expect(client.subjects == .shared)
    }

    @Test(
        "The sector is the host of the sector identifier, else of every redirect URI",
        arguments: [
            (["https://a.example/cb"], nil, "a.example"),
            (["https://A.example/cb", "https://a.example:8443/other"], nil, "a.example"),
            (["https://a.example/cb", "https://b.example/cb"], "https://City.example/apps.json", "city.example"),
            (["example.app:/cb"], "https://city.example:444/apps.json", "city.example"),
            (["http://127.0.0.1/cb"], "https://city.example/apps.json", "city.example"),
        ] as [([String], String?, String)])
    func hosts(redirects: [String], sector: String?, host: String) throws {
        let client = try Self.metadata(redirects, type: "pairwise", sector: sector).client(secretHash: nil)
        #expect(client.subjects == .pairwise(Sector(storedHost: host, uri: sector)))
    }

    @Test(
        "What names no sector is refused by name",
        arguments: [
            (["https://a.example/cb"], "Pairwise", nil, "subject_type"),
            (["https://a.example/cb"], "", nil, "subject_type"),
            (["https://a.example/cb", "https://b.example/cb"], "pairwise", nil, "subject_type"),
            (["example.app:/cb"], "pairwise", nil, "subject_type"),
            (["http://127.0.0.1/cb"], "pairwise", nil, "subject_type"),
            (["http://localhost/cb"], "pairwise", nil, "subject_type"),
            (["https://a.example/cb"], "pairwise", "http://localhost/apps.json", "sector_identifier_uri"),
            (["https://a.example/cb"], "pairwise", "https://", "sector_identifier_uri"),
            (["https://a.example/cb"], "pairwise", "https://u@a.example/", "sector_identifier_uri"),
            (["https://a.example/cb"], "pairwise", "https://a.example/#part", "sector_identifier_uri"),
            (["https://a.example/cb"], "pairwise", "a.example", "sector_identifier_uri"),
            (["https://a.example/cb"], "pairwise", "example.app:/apps", "sector_identifier_uri"),
            (["https://a.example/cb"], "public", "https://a.example/apps.json", "sector_identifier_uri"),
            (["https://a.example/cb"], nil, "https://a.example/apps.json", "sector_identifier_uri"),
        ] as [([String], String?, String?, String)])
    func flaws(redirects: [String], type: String?, sector: String?, member: String) {
        let flaw = #expect(throws: ClientMetadata.Flaw.self) {
            try Self.metadata(redirects, type: type, sector: sector).client(secretHash: nil)
        }
        #expect(flaw?.member == member)
    }
}
