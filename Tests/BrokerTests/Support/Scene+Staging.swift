import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import StorageSQLite
import Testing

extension Scene {
    static let stagedTokens = StagingFlow.Tokens(
        accessToken: Secret("pool-access-token"), idToken: Secret("pool-id-token"),
        refreshToken: Secret("pool-refresh-token"))

    /// Begins `request`, which must lead to the login front end, and returns the payload it is given there.
    func beginAtFrontEnd(_ request: SampleRequest, in browser: TestBrowser) async throws -> String {
        let step = try await authorize(request, in: browser)
        return try #require(step.frontEndPayload, "No front end, but \(step)")
    }

    /// The front end hands over tokens, from a page in a browser or from its own back end.
    func store(_ payload: String, as bearer: StagingFlow.Bearer, visit: Visit) async throws -> StagingFlow.Receipt {
        pass()
        return try await StagingFlow(environment).store(
            Self.stagedTokens, payload: payload, bearer: bearer, visit: visit)
    }

    /// The whole bridge with a front end on the same site: a code for `request`.
    func bridgedCode(for request: SampleRequest, in browser: TestBrowser) async throws -> Secret {
        let payload = try await beginAtFrontEnd(request, in: browser)
        _ = try await store(payload, as: .frontEndPage, visit: browser.visit)
        var step = try await resume(payload, in: browser)
        if let payload = step.consentPayload { step = try await allow(payload, in: browser) }
        return try #require(step.code, "No code, but \(step)")
    }
}

extension StagingFlow.Receipt {
    var freshPayload: String? {
        switch self {
        case .samePayload: nil
        case .freshPayload(let payload): payload
        }
    }
}

extension Scene {
    /// Whether `text` stands anywhere in the database's files.
    func databaseHolds(_ text: String) throws -> Bool {
        try ["", "-wal"].contains { suffix in
            let file = URL(filePath: database.path + suffix)
            guard FileManager.default.fileExists(atPath: file.path) else { return false }
            return try Data(contentsOf: file).range(of: Data(text.utf8)) != nil
        }
    }
}
