import Crypto
import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: the folder") struct ProviderFolderTests {
    /// A folder of its own, gone afterwards.
    private func withFolder(
        _ files: [String: String], environment: [String: String] = [:],
        _ body: (ProviderFolder, String) throws -> Void
    ) throws {
        let path = FileManager.default.temporaryDirectory.path + "/providers-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (name, text) in files { try write(text, to: "\(path)/\(name)") }
        try body(ProviderFolder(path: path, environment: environment), path)
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private static let factory = ConnectorFactory { _ in StubTransport() }

    private func oidc(_ id: String, name: String = "Name", secret: String = "s") -> String {
        """
        {"id": "\(id)", "type": "oidc", "name": "\(name)", "issuer": "https://id.example",
         "client_id": "a", "client_secret": "\(secret)"}
        """
    }

    @Test func `An empty folder has local accounts`() throws {
        try withFolder([:]) { folder, _ in
            let contents = folder.read()
            #expect(contents.files == [.usable(.builtInLocal)])
            #expect(contents.problems.isEmpty)
        }
    }

    @Test func `A missing folder is a problem, and local accounts remain`() {
        let contents = ProviderFolder(path: "/nonexistent/providers", environment: [:]).read()
        #expect(contents.files == [.usable(.builtInLocal)])
        #expect(contents.problems == [ProviderFileProblem(file: "/nonexistent/providers", reason: .unreadable)])
    }

    @Test func `Broken files keep nothing else from loading`() throws {
        let files = [
            "a.json": oidc("a"), "b.json": "{", "c.json": oidc("a"), "d.json": oidc("other"),
            "e.json": oidc("e", secret: "${UNSET}"), "schema.json": "{", "oidc.example": "{", ".hidden.json": "{",
        ]
        try withFolder(files) { folder, _ in
            let contents = folder.read()
            #expect(contents.files.map(\.id.rawValue) == ["local", "a", "e"])
            #expect(
                contents.problems == [
                    ProviderFileProblem(file: "b.json", line: 1, reason: .syntax(expected: "a name in quotes")),
                    ProviderFileProblem(file: "c.json", line: 1, key: "$.id", reason: .duplicateID(id: "a")),
                    ProviderFileProblem(file: "d.json", line: 1, key: "$.id", reason: .idIsNotFileName(id: "other")),
                ])
            let providers = contents.files.map(Self.factory.provider)
            guard case .ready = providers[1].state,
                case .misconfigured("UNSET is not set (line 2, $.client_secret)") = providers[2].state
            else {
                Issue.record("unexpected states: \(providers.map(\.state))")
                return
            }
        }
    }

    @Test func `local.json can rename local accounts or switch them off`() throws {
        let text = #"{"id": "local", "type": "local", "name": "Staff", "enabled": false}"#
        try withFolder(["local.json": text]) { folder, _ in
            let provider = try #require(folder.read().files.map(Self.factory.provider).first)
            #expect(provider.name == "Staff")
            guard case .disabled = provider.state else {
                Issue.record("unexpected state: \(provider.state)")
                return
            }
        }
    }

    @Test func `A broken local.json does not bring local accounts back`() throws {
        try withFolder(["local.json": "{}"]) { folder, _ in
            #expect(folder.read().files.isEmpty)
        }
    }

    @Test func `A secret file is found beside the provider files`() throws {
        let text = oidc("a").replacing(#""s""#, with: #"{"file": "a.secret"}"#)
        try withFolder(["a.json": text, "a.secret": "from the file\n"]) { folder, _ in
            guard case .usable(let definition) = try #require(folder.read().files.last) else {
                Issue.record("unusable")
                return
            }
            let settings = try ProviderFileTests.settings(definition)
            #expect(settings.client.secret == Secret("from the file"))
        }
    }

    @Test func `Reading again adds, changes and removes, but a file that broke keeps its provider`() throws {
        let files = ["a.json": oidc("a"), "b.json": oidc("b"), "c.json": oidc("c")]
        try withFolder(files) { folder, path in
            let registry = ProviderRegistry(folder.read(), factory: Self.factory)
            try write("{", to: "\(path)/a.json")
            try write(oidc("b", name: "New"), to: "\(path)/b.json")
            try FileManager.default.removeItem(atPath: "\(path)/c.json")
            try write(oidc("d"), to: "\(path)/d.json")
            registry.replace(with: folder.read())
            #expect(registry.providers().map(\.id.rawValue) == ["local", "a", "b", "d"])
            #expect(registry.provider(ProviderID(rawValue: "b"))?.name == "New")

            try FileManager.default.removeItem(atPath: path)
            registry.replace(with: folder.read())
            #expect(registry.providers().count == 4)
        }
    }

    @Test func `An unchanged file keeps its connector, and with it the keys fetched so far`() async throws {
        let made = Counter()
        let factory = ConnectorFactory { _ in
            made.increment()
            return StubTransport()
        }
        try withFolder(["a.json": oidc("a")]) { folder, _ in
            let registry = ProviderRegistry(folder.read(), factory: factory)
            registry.replace(with: folder.read())
            #expect(made.value == 1)
        }
    }

    @Test func `The files that are shipped load`() throws {
        let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "providers").path
        let unset = ProviderFolder(path: shipped, environment: [:]).read()
        #expect(unset.problems.isEmpty)
        #expect(unset.files.map(\.id.rawValue).contains("cognito"))
        for file in unset.files where file.id != .local {
            guard case .misconfigured(let reason) = Self.factory.provider(for: file).state else {
                Issue.record("\(file.id) is usable without its values")
                continue
            }
            #expect(reason.contains("is not set"))
        }
        var environment = [
            "COGNITO_ISSUER": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Pool",
            "APPLE_TEAM_ID": "TEAM", "APPLE_KEY_ID": "KEY",
            "APPLE_KEY": P256.Signing.PrivateKey().pemRepresentation,
        ]
        for name in ["COGNITO", "GOOGLE", "MICROSOFT", "APPLE", "LINKEDIN", "GITLAB", "GITHUB", "FACEBOOK"] {
            environment["\(name)_CLIENT_ID"] = "app"
            environment["\(name)_CLIENT_SECRET"] = "secret"
        }
        let set = ProviderFolder(path: shipped, environment: environment).read()
        #expect(set.files.map(\.id) == unset.files.map(\.id))
        for file in set.files where file.id != .local {
            guard case .ready = Self.factory.provider(for: file).state else {
                Issue.record("\(file.id) is not usable with its values set")
                continue
            }
        }
        let example = try Data(contentsOf: URL(filePath: "\(shipped)/oidc.example"))
        let placeholders = Placeholders(environment: ["OIDC_CLIENT_ID": "a"]) { (_) throws(ReferredFile.Flaw) in
            "secret"
        }
        let file = try ProviderFile(Array(example), named: "oidc.json", placeholders: placeholders)
        guard case .usable = file else {
            Issue.record("oidc.example is not usable with its values set")
            return
        }
    }
}
