import Broker
import Demo
import Foundation
import OAuth
import SimulatedUpstream
import Storage

/// What the broker has to know of the sample city before it opens.
struct DemoPopulation: Sendable {
    let city: DemoCity

    /// Puts the city's provider files into `folder`.
    func writeProviderFiles(to folder: String) throws {
        let url = URL(filePath: folder, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for file in city.providerFiles {
            try Data(file.json.utf8).write(to: url.appending(path: "\(file.id).json"))
        }
    }

    /// Registers the clients, their secrets new in every run, and makes local accounts of the pool's people.
    func moveIn(_ data: DataFolder) async throws {
        for client in city.clients {
            do {
                try await data.clients.delete(ClientID(rawValue: client.id))
            } catch StoreError.notFound {
                // The first run on this folder.
            }
            _ = try await data.clients.register(client.metadata)
        }
        for person in DemoCity.people where try await data.accounts.account(userName: person.userName) == nil {
            _ = try await data.accounts.create(
                AccountRegistry.NewAccount(
                    userName: person.userName, email: person.email, emailStanding: .verified, name: person.name,
                    password: .plain(Secret(person.password))))
        }
    }
}

extension DemoClient {
    /// The registration this client wants.
    fileprivate var metadata: ClientMetadata {
        var metadata = ClientMetadata(clientID: id, redirectURIs: redirectURIs)
        metadata.clientName = name
        metadata.clientSecret = secret.map(Secret.init)
        metadata.tokenEndpointAuthMethod = secret == nil ? "none" : "client_secret_basic"
        metadata.postLogoutRedirectURIs = postLogoutRedirectURIs
        metadata.providers = providers.isEmpty ? nil : providers
        switch consent {
        case .firstParty: metadata.firstParty = true
        case .asked: metadata.firstParty = false
        }
        switch role {
        case .service: break
        case .loginFrontEnd: metadata.grantTypes = []
        }
        return metadata
    }
}
