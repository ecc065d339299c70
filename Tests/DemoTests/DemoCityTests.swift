import AsyncHTTPClient
import FoundationEssentials
import Logging
import SimulatedUpstream
import Testing

@testable import Demo

@Suite("The sample city") struct DemoCityTests {
    static func surroundings() -> DemoSurroundings {
        DemoSurroundings(
            httpClient: .shared, logger: Logger(label: "demo", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: { Date(timeIntervalSince1970: 1_790_000_000) }, randomness: { Array(repeating: 7, count: $0) })
    }

    static func city() throws -> DemoCity {
        try DemoCity(
            issuer: "http://localhost:20080", ports: DemoPorts(loginFrontEnd: 1, transport: 2, parking: 3, pool: 4),
            credentials: DemoCredentials(
                transportSecret: "for-transport", frontEndSecret: "for-front-end", poolSecret: "for-pool"),
            surroundings: surroundings())
    }

    private struct ProviderFile: Decodable {
        let id: String
        let type: String
        let issuer: String
        let endpoints: [String: String]?
    }

    @Test func `Its provider files are JSON and lead to its own pool`() throws {
        let files = try DemoCityTests.city().providerFiles.map { file in
            let decoded = try JSONDecoder().decode(ProviderFile.self, from: Data(file.json.utf8))
            #expect(decoded.id == file.id)
            return decoded
        }
        #expect(files.map(\.type) == ["cognito", "oidc"])
        #expect(files[0].issuer == "http://localhost:4/eu-central-1_Drawbridge")
        #expect(files[0].endpoints?["jwks"] == "http://localhost:4/eu-central-1_Drawbridge/.well-known/jwks.json")
        #expect(files[0].endpoints?["api"] == "http://localhost:4/")
        #expect(files[1].issuer == "http://localhost:4")
    }

    @Test func `One service is confidential, the other public, and the login page stages with a secret`() throws {
        let clients = try DemoCityTests.city().clients
        #expect(clients.map(\.id) == ["transport", "parking", "city-login"])
        #expect(clients.map(\.secret) == ["for-transport", nil, "for-front-end"])
        #expect(clients.map(\.role) == [.service, .service, .loginFrontEnd])
        #expect(clients[1].redirectURIs == ["http://localhost:3/callback"])
    }

    @Test func `The announcement names every address and everybody's password`() throws {
        let text = try DemoCityTests.city().announcement.joined(separator: "\n")
        for address in ["20080", "1", "2", "3", "4"] { #expect(text.contains("http://localhost:\(address)")) }
        for person in DemoCity.people { #expect(text.contains(person.password)) }
    }
}
