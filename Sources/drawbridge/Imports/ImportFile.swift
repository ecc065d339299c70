import Foundation
import OAuth
import SystemPackage

/// A JSON array of things to import, each complaint naming the file and the entry.
struct ImportFile<Entry: Decodable> {
    let entries: [Entry]

    /// Longest file, in bytes: tens of thousands of entries.
    private static var maximumLength: Int { 64 << 20 }

    /// Reads the file at `path`, or standard input for `-`.
    init(path: String) throws {
        let content = try Self.content(of: path)
        do {
            entries = try UntrustedJSON.decode(Entries.self, from: content, values: .max).values
        } catch let complaint as Complaint {
            throw Complaint("\(path), \(complaint). Nothing was imported.")
        } catch UntrustedJSON.Flaw.repeatedMember {
            throw Complaint("\(path) has an object with two members of one name. Nothing was imported.")
        } catch {
            throw Complaint("\(path) is not a JSON array. Nothing was imported.")
        }
    }

    private static func content(of path: String) throws -> Data {
        do {
            guard path != "-" else { return try readAll(.standardInput) }
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
            return try file.closeAfter { try readAll(file) }
        } catch let error as Errno {
            throw Complaint("the file \(path) cannot be read: \(error)")
        }
    }

    private static func readAll(_ file: FileDescriptor) throws -> Data {
        var content = Data()
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try unsafe chunk.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
            guard count > 0 else { return content }
            content.append(contentsOf: chunk[..<count])
            guard content.count <= maximumLength else { throw Complaint("the file is longer than 64 MiB") }
        }
    }

    private struct Entries: Decodable {
        var values: [Entry] = []

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            while !container.isAtEnd {
                let number = container.currentIndex + 1
                do {
                    values.append(try container.decode(Entry.self))
                } catch let flaw as ClientMetadata.Flaw {
                    throw Complaint("entry \(number): \(flaw)")
                } catch let flaw as AccountEntry.Flaw {
                    throw Complaint("entry \(number): \(flaw)")
                } catch {
                    throw Complaint("entry \(number): is not an object")
                }
            }
        }
    }
}
