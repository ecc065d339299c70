import Glibc
import Synchronization

/// One connection that is kept open, used by one thread, which looks for the answer again and again and never sleeps.
///
/// Waking a process that sleeps on the same machine costs the one that answers some microseconds of its own time.
/// Clients of a real server are elsewhere; so the load, which has a core to itself, spares the server that work.
final class HTTPConnection {
    struct Broken: Error {
        let reason: String
    }

    /// How often any connection has looked for an answer that was not there yet.
    static let vainLooks = Atomic<Int>(0)

    private let socket: Int32
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(socket, $0, length) }
        }
        var on: Int32 = 1
        guard result == 0,
            unsafe setsockopt(
                socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size)) == 0
        else { throw Broken(reason: "cannot connect to port \(port)") }
    }

    deinit {
        close(socket)
    }

    /// Sends `request` and waits for the whole answer.
    func exchange(_ request: String) throws -> Answer {
        try send(Array(request.utf8))
        var count = 0
        var head: Int?
        var expected = Int.max
        while count < expected {
            guard count < buffer.count else { throw Broken(reason: "too long an answer") }
            count += try receive(after: count)
            if head == nil, let end = endOfHead(count) {
                head = end
                guard let length = Answer.field("content-length", in: buffer[..<end]).flatMap(Int.init) else {
                    throw Broken(reason: "an answer without a length")
                }
                expected = end + length
            }
        }
        let end = head ?? count
        return try Answer(head: buffer[..<end], body: buffer[end..<count])
    }

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let rest = bytes[sent...]
            let written = unsafe rest.withUnsafeBytes { unsafe write(socket, $0.baseAddress, $0.count) }
            guard written > 0 else { throw Broken(reason: "the server does not read") }
            sent += written
        }
    }

    private func receive(after count: Int) throws -> Int {
        while true {
            let read = unsafe buffer[count...].withUnsafeMutableBytes {
                unsafe recv(socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            if read > 0 { return read }
            guard read < 0, errno == EAGAIN else { throw Broken(reason: "the server closed the connection") }
            Self.vainLooks.add(1, ordering: .relaxed)
            // The other connections' turn.
            sched_yield()
        }
    }

    /// Where the empty line after the head ends.
    private func endOfHead(_ count: Int) -> Int? {
        var index = 3
        while index < count {
            if buffer[index] == 10, buffer[index - 1] == 13, buffer[index - 2] == 10 { return index + 1 }
            index += 1
        }
        return nil
    }
}
