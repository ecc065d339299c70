import Broker
import Foundation
import OAuth
import Testing

@Suite("The master key file")
struct MasterKeyFileTests {
    private static let keyA = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let keyB = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="

    /// Runs `body` with the path of a master key file in a fresh folder, which is removed afterwards.
    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drawbridge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "master.key").path)
    }

    private func write(_ text: String, to path: String, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func fresh() -> RandomBytes<Bits256> {
        var generator = SystemRandomNumberGenerator()
        return RandomBytes(from: &generator)
    }

    @Test("The first start makes a file that only its owner can read, and the second reads it")
    func create() throws {
        try withPath { path in
            let file = MasterKeyFile(path: path)
            let first = try file.loadOrCreate(randomness: fresh)
            let second = try file.loadOrCreate(randomness: fresh)
            guard case .created(let key) = first, case .found(let keys) = second else {
                Issue.record("created, then found, was expected")
                return
            }
            #expect(keys.map(\.key.base64) == [key.base64])
            #expect(first.entries.map(\.key.base64) == keys.map(\.key.base64))
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let folder = URL(filePath: path).deletingLastPathComponent().path
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["master.key"])
        }
    }

    @Test("Of many starts at once, one makes the file and all have its key")
    func race() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drawbridge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = MasterKeyFile(path: folder.appending(path: "master.key").path)
        let loaded = try await withThrowingTaskGroup(of: MasterKeyFile.Loaded.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var generator = SystemRandomNumberGenerator()
                    return try file.loadOrCreate { RandomBytes(from: &generator) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let created = loaded.count {
            switch $0 {
            case .created: true
            case .found: false
            }
        }
        #expect(created == 1)
        #expect(Set(loaded.flatMap(\.entries).map(\.key.base64)).count == 1)
    }

    @Test("Several keys, comments, blank lines and Windows line ends are read in order")
    func several() throws {
        try withPath { path in
            try write("# the new one\r\n\(Self.keyB)\r\n\n  # the old one\n\t\(Self.keyA)  ", to: path)
            let keys = try MasterKeyFile(path: path).load()
            #expect(keys.map { $0.key.base64.reveal() } == [Self.keyB, Self.keyA])
        }
    }

    @Test(
        "A file that others can read or write is refused with its mode and the cure",
        arguments: [
            0o644, 0o640, 0o604, 0o660, 0o601, 0o620, 0o777,
        ])
    func permissions(_ mode: Int) throws {
        try withPath { path in
            try write(Self.keyA, to: path, mode: mode)
            let problem = #expect(throws: MasterKeyFile.Problem.self) { try MasterKeyFile(path: path).load() }
            #expect(problem?.reason == .readableByOthers(mode: UInt32(mode)))
            let words = problem?.description ?? ""
            #expect(words.contains("0" + String(mode, radix: 8)))
            #expect(words.contains("chmod 600 '\(path)'"))
        }
    }

    @Test("A stricter mode than 0600 is fine", arguments: [0o400, 0o600, 0o700])
    func strictModes(_ mode: Int) throws {
        try withPath { path in
            try write(Self.keyA, to: path, mode: mode)
            #expect(try MasterKeyFile(path: path).load().count == 1)
        }
    }

    private static let broken: [(String, MasterKeyFile.Problem.Reason)] = [
        ("", .noKey),
        ("# only a comment\n", .noKey),
        ("\(keyA)\nAAEC\n", .badLine(2, .wrongLength(4))),
        ("\n\n!\(keyA.dropFirst())", .badLine(3, .notEncoded)),
        ("\(keyA) \(keyB)", .badLine(1, .wrongLength(89))),
        ("\(keyA)\n\(keyB) seals-from=tomorrow", .badTime(2)),
        ("\(keyA) seals-from=", .badTime(1)),
        (String(repeating: "#", count: 300_000), .file(.tooLong(262_144))),
    ]

    @Test("A file with anything else in it is refused, with the line", arguments: broken)
    func brokenFiles(_ text: String, reason: MasterKeyFile.Problem.Reason) throws {
        try withPath { path in
            try write(text, to: path)
            let problem = #expect(throws: MasterKeyFile.Problem.self) {
                try MasterKeyFile(path: path).loadOrCreate(randomness: fresh)
            }
            #expect(problem?.reason == reason)
            #expect(problem?.description.contains(path) == true)
            #expect(problem?.description.contains(Self.keyA.prefix(8)) == false)
            #expect(try Data(contentsOf: URL(filePath: path)) == Data(text.utf8))
        }
    }

    @Test("Bytes that are not text are refused")
    func binary() throws {
        try withPath { path in
            try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let problem = #expect(throws: MasterKeyFile.Problem.self) { try MasterKeyFile(path: path).load() }
            #expect(problem?.reason == .notText)
        }
    }

    @Test("A missing file, a folder in its place and a missing folder are told apart")
    func places() throws {
        try withPath { path in
            let missing = #expect(throws: MasterKeyFile.Problem.self) { try MasterKeyFile(path: path).load() }
            #expect(missing?.reason == .file(.missing))
            let noFolder = #expect(throws: MasterKeyFile.Problem.self) {
                try MasterKeyFile(path: path + "/none/master.key").loadOrCreate(randomness: fresh)
            }
            #expect(noFolder?.description.contains("No such file or directory") == true)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let folder = #expect(throws: MasterKeyFile.Problem.self) { try MasterKeyFile(path: path).load() }
            #expect(folder?.reason == .file(.notAFile))
        }
    }

    @Test("A link that leads nowhere is reported, not followed into a new file")
    func danglingLink() throws {
        try withPath { path in
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".gone")
            let problem = #expect(throws: MasterKeyFile.Problem.self) {
                try MasterKeyFile(path: path).loadOrCreate(randomness: fresh)
            }
            #expect(problem?.reason == .file(.missing))
            #expect(!FileManager.default.fileExists(atPath: path + ".gone"))
        }
    }
}
