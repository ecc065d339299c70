import Foundation
import OAuth

/// A JSON array of things to import, each complaint naming the file and the entry.
struct ImportFile<Entry: Decodable> {
    let entries: [Entry]

    /// Longest file, in bytes: tens of thousands of entries.
    private static var maximumLength: Int { 64 << 20 }

    /// Reads the file at `path`, or standard input for `-`.
    init(path: String) throws {
        let content = try Self.content(of: path)
        do {
            entries = try UntrustedJSON.decode(Entries.self, from: content).values
        } catch let complaint as Complaint {
            throw Complaint("\(path), \(complaint). Nothing was imported.")
        } catch {
            throw Complaint("\(path) is not a JSON array. Nothing was imported.")
        }
    }

    private static func content(of path: String) throws -> Data {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            do {
                handle = try FileHandle(forReadingFrom: URL(filePath: path))
            } catch {
                throw Complaint("the file \(path) cannot be read: \(error.localizedDescription)")
            }
        }
        do {
            let content = try handle.read(upToCount: maximumLength + 1) ?? Data()
            guard content.count <= maximumLength else { throw Complaint("the file \(path) is longer than 64 MiB") }
            return content
        } catch let complaint as Complaint {
            throw complaint
        } catch {
            throw Complaint("the file \(path) cannot be read: \(error.localizedDescription)")
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
