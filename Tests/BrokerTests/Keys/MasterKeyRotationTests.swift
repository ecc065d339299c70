import BrokerTesting
import Foundation
import OAuth
import Storage
import Testing

@testable import Broker

@Suite("A new master key in the file")
struct MasterKeyRotationTests {
    private let folder: TemporaryFolder
    private let file: MasterKeyFile
    private let old: MasterKey

    init() throws {
        folder = try TemporaryFolder()
        file = MasterKeyFile(path: folder.file("master.key"))
        let loaded = try file.loadOrCreate { Self.randomness(1) }
        old = try #require(loaded.entries.first?.key)
    }

    private static func randomness(_ seed: UInt64) -> RandomBytes<Bits256> {
        var generator = SplitMix64(seed: seed)
        return RandomBytes(from: &generator)
    }

    private func text() throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: file.path)), as: UTF8.self)
    }

    @Test("It opens at once, and seals from its time on")
    func times() throws {
        let new = MasterKey(Self.randomness(2))
        #expect(try file.add(new, sealsFrom: Fixtures.noon(plus: 15.9), at: Fixtures.noon) == .added)
        let entries = try file.load()
        #expect(entries.map(\.key.id) == [new.id, old.id])
        let time = try #require(entries.first?.sealsFrom)
        #expect(time <= Fixtures.noon(plus: 15.9) && time > Fixtures.noon(plus: 14.9))
        for (seconds, expected) in [(-15, [old.id, new.id]), (-0.01, [old.id, new.id]), (0, [new.id, old.id])] {
            #expect(entries.keys(at: time.addingTimeInterval(seconds)).map(\.id) == expected, "\(seconds)")
        }
        #expect(try KeyRing(entries.keys(at: Fixtures.noon)).keyIDs == [old.id, new.id])
    }

    @Test("While one waits for its time there is no other, and afterwards the next comes on top")
    func oneAtATime() throws {
        let (second, third) = (MasterKey(Self.randomness(2)), MasterKey(Self.randomness(3)))
        #expect(try file.add(second, sealsFrom: Fixtures.noon(plus: 60), at: Fixtures.noon) == .added)
        let early = try file.add(third, sealsFrom: Fixtures.noon(plus: 90), at: Fixtures.noon(plus: 59))
        #expect(early == .waiting(second.id))
        #expect(try file.add(third, sealsFrom: Fixtures.noon(plus: 90), at: Fixtures.noon(plus: 60)) == .added)
        let entries = try file.load()
        #expect(entries.map(\.key.id) == [third.id, second.id, old.id])
        #expect(entries.keys(at: Fixtures.noon(plus: 61)).map(\.id) == [second.id, third.id, old.id])
    }

    @Test("A file in which no time has come seals with its oldest key")
    func allInTheFuture() throws {
        let entries = [UInt64(2), 1].map { number in
            MasterKeyEntry(key: MasterKey(Self.randomness(number)), sealsFrom: Fixtures.noon(plus: Double(number)))
        }
        #expect(entries.keys(at: Fixtures.noon).map(\.id) == [entries[1].key.id, entries[0].key.id])
        #expect([MasterKeyEntry]().keys(at: Fixtures.noon).isEmpty)
    }

    @Test("The rest of the file stays, and so does its mode; nothing else is left in the folder")
    func rest() throws {
        let before = try text()
        try Data(("# ours\n" + before + "# end").utf8).write(to: URL(filePath: file.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let new = MasterKey(Self.randomness(2))
        _ = try file.add(new, sealsFrom: Fixtures.noon, at: Fixtures.noon)
        let lines = try text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "# ours")
        #expect(lines.last == "# end")
        #expect(lines.contains("\(new.base64.reveal()) seals-from=\(Fixtures.noon.formatted(.iso8601))"))
        try file.remove(new.id)
        #expect(try text() == "# ours\n" + before + "# end")
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names == ["master.key"])
    }

    @Test("What a process left behind that was killed while it removed a key keeps nobody from removing it")
    func leftover() throws {
        let new = MasterKey(Self.randomness(2))
        let before = try text()
        _ = try file.add(new, sealsFrom: Fixtures.noon, at: Fixtures.noon)
        try Data("half of it".utf8).write(to: URL(filePath: file.path + ".without-" + new.id))
        try file.remove(new.id)
        #expect(try text() == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["master.key"])
    }

    @Test("A key that is not there, and the last one, are not removed")
    func notRemoved() throws {
        let before = try text()
        try file.remove("00000000")
        try file.remove(old.id)
        #expect(try text() == before)
    }

    @Test("Processes that edit the file at once lose nothing of each other's")
    func atOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { [file] group in
            for number in 0..<12 {
                group.addTask {
                    let key = MasterKey(Self.randomness(UInt64(number) + 10))
                    _ = try file.add(key, sealsFrom: Fixtures.noon, at: Fixtures.noon)
                }
            }
            try await group.waitForAll()
        }
        #expect(try file.load().count == 13)
    }

    @Test("A file that others can read is not edited")
    func loose() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        let before = try text()
        let problem = #expect(throws: MasterKeyFile.Problem.self) {
            try file.add(MasterKey(Self.randomness(2)), sealsFrom: Fixtures.noon, at: Fixtures.noon)
        }
        #expect(problem?.reason == .readableByOthers(mode: 0o644))
        #expect(try text() == before)
    }
}
