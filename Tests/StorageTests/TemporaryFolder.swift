import Foundation
import Storage
import StorageSQLite

/// A folder of one test's own, gone when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/drawbridge-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in this folder.
    func file(_ name: String = "drawbridge.sqlite") -> String { path + "/" + name }

    /// A store in a new file of this folder.
    func freshStore() throws -> SQLiteStore { try SQLiteStore(path: file(UUID().uuidString)) }
}
