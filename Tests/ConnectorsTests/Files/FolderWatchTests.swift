import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: noticing changes") struct FolderWatchTests {
    /// A folder with one provider whose secret is in a file, and what is seen of it.
    final class Scene {
        let path: String
        let folder: ProviderFolder
        var watch: FolderWatch

        init() throws {
            path = FileManager.default.temporaryDirectory.path + "/watched-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            folder = ProviderFolder(path: path, environment: [:])
            watch = FolderWatch(folder.stamp(with: []))
            try write(Self.provider, to: "a.json")
            try write("one", to: "a.secret")
            _ = read()
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        static let provider = """
            {"id": "a", "type": "oidc", "name": "A", "issuer": "https://id.example", "client_id": "a",
             "client_secret": {"file": "a.secret"}}
            """

        /// Writes in another place and moves it there, as most editors do.
        func write(_ text: String, to name: String) throws {
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
            try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        }

        func remove(_ name: String) throws {
            try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }

        func read() -> ProviderFolder.Contents {
            let contents = folder.read()
            watch.read(folder.stamp(with: contents.referredFiles))
            return contents
        }

        func look() -> FolderWatch.Observation {
            watch.look(folder.stamp(with: folder.read().referredFiles))
        }
    }

    @Test func `Nothing has changed until something has`() throws {
        let scene = try Scene()
        #expect([scene.look(), scene.look()] == [.asRead, .asRead])
    }

    enum Change: CaseIterable {
        case another, rewritten, removed, secret, secretGone, mode

        func make(in scene: Scene) throws {
            switch self {
            case .another: try scene.write("{}", to: "b.json")
            case .rewritten: try scene.write(Scene.provider.replacing("\"A\"", with: "\"B\""), to: "a.json")
            case .removed: try scene.remove("a.json")
            case .secret: try scene.write("two", to: "a.secret")
            case .secretGone: try scene.remove("a.secret")
            case .mode:
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: "\(scene.path)/a.secret")
            }
        }
    }

    @Test("A change counts once it has come to rest", arguments: Change.allCases)
    func change(_ change: Change) throws {
        let scene = try Scene()
        try change.make(in: scene)
        #expect([scene.look(), scene.look()] == [.changing, .changed])
        _ = scene.read()
        #expect(scene.look() == .asRead)
    }

    @Test func `A file that is still being written is left alone`() throws {
        let scene = try Scene()
        for length in [1, 20, 40] {
            try scene.write(String(Scene.provider.prefix(length)), to: "a.json")
            #expect(scene.look() == .changing)
        }
        try scene.write(Scene.provider, to: "a.json")
        #expect([scene.look(), scene.look()] == [.changing, .changed])
    }

    @Test func `A secret that everybody may read is warned of`() throws {
        let scene = try Scene()
        let path = "\(scene.path)/a.secret"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(scene.read().warnings.isEmpty)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(
            scene.read().warnings == [
                ProviderFileProblem(
                    file: "a.json", line: 2, key: "$.client_secret", reason: .exposedSecret(path: "a.secret"))
            ])
    }

    @Test(
        "A secret file is its text without the newlines at its end",
        arguments: [
            ("secret", "secret"), ("secret\n", "secret"), ("secret\r\n\n", "secret"), ("\nsecret ", "\nsecret "),
            ("a\nb\n", "a\nb"),
        ])
    func trimming(content: String, secret: String) throws {
        let scene = try Scene()
        try scene.write(content, to: "a.secret")
        guard case .usable(let definition)? = scene.read().files.last else {
            Issue.record("unusable")
            return
        }
        #expect(try ProviderFileTests.settings(definition).client.secret == Secret(secret))
    }

    @Test(
        "A secret file without a secret is named with what is wrong",
        arguments: [
            ("\n\n", "the file a.secret is empty (line 2, $.client_secret)"),
            ("a\0b", "the file a.secret is not text in UTF-8 (line 2, $.client_secret)"),
            (
                String(repeating: "a", count: 70_000),
                "the file a.secret is longer than a value can be (line 2, $.client_secret)"
            ),
        ])
    func noSecret(content: String, reason: String) throws {
        let scene = try Scene()
        try scene.write(content, to: "a.secret")
        guard case .unusable(_, let said)? = scene.read().files.last else {
            Issue.record("usable")
            return
        }
        #expect(said == reason)
    }
}
