import Foundation

/// What the server has used so far, from /proc and from SQLite's wal-index.
struct ServerMeter: Sendable {
    struct Unreadable: Error {
        let path: String
    }

    struct Reading: Sendable {
        /// User and system time of all its threads.
        let cpuSeconds: Double
        let residentBytes: Int
        /// Transactions committed, modulo 2^32.
        let commits: UInt32
    }

    let server: Plan.Server

    func read() throws -> Reading {
        Reading(cpuSeconds: try cpuSeconds(), residentBytes: try residentBytes(), commits: try commits())
    }

    private func cpuSeconds() throws -> Double {
        let fields = try text("/proc/\(server.pid)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        // proc(5): utime and stime are fields 14 and 15; the state after the parenthesis is field 3.
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw Unreadable(path: "/proc/\(server.pid)/stat")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func residentBytes() throws -> Int {
        let fields = try text("/proc/\(server.pid)/statm").split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { throw Unreadable(path: "statm") }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// The wal-index counts the transactions at byte 8 (https://sqlite.org/walformat.html §2.2).
    private func commits() throws -> UInt32 {
        guard let path = server.walIndex else { return 0 }
        guard let file = FileHandle(forReadingAtPath: path), let header = try file.read(upToCount: 12),
            header.count == 12
        else { throw Unreadable(path: path) }
        return header.dropFirst(8).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func text(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw Unreadable(path: path) }
        return text
    }
}
