import Foundation

/// `floor serve PORT` answers HTTP in the plainest way; `floor sign` and `floor commit DIRECTORY SIZE` time the other
/// parts of an ideal token endpoint and print one JSON object.
@main
struct FloorCommand {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "serve" where arguments.count == 2:
            guard let port = Int(arguments[1]) else { throw Misuse() }
            try await PlainServer(port: port).run()
        case "sign" where arguments.count == 1:
            try show([
                "es256": Stopwatch.microseconds(ECDSASigner().sign),
                "rs256": Stopwatch.microseconds(try RSASigner().sign),
            ])
        case "commit" where arguments.count == 3:
            guard let size = Int(arguments[2]), size > 0 else { throw Misuse() }
            let database = try CommitProbe(directory: arguments[1])
            try show([
                "alone": Stopwatch.microseconds { try database.commit(changes: 1) },
                "grouped": Stopwatch.microseconds { try database.commit(changes: size) } / Double(size),
            ])
        default: throw Misuse()
        }
    }

    private static func show(_ figures: [String: Double]) throws {
        print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }

    private struct Misuse: Error, CustomStringConvertible {
        let description = "usage: floor serve PORT | sign | commit DIRECTORY SIZE"
    }
}
