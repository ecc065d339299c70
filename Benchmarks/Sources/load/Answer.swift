/// One HTTP answer.
struct Answer {
    let status: Int
    let body: ArraySlice<UInt8>
    private let head: ArraySlice<UInt8>

    init(head: ArraySlice<UInt8>, body: ArraySlice<UInt8>) throws(Mismatch) {
        guard let status = Self.status(head) else { throw Mismatch("not an HTTP answer") }
        self.status = status
        self.head = head
        self.body = body
    }

    /// The value of the header field `name`, which is given in lower case.
    func field(_ name: String) -> String? { Self.field(name, in: head) }

    /// The status of a head such as `HTTP/1.1 200 OK`.
    private static func status(_ head: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: head.dropFirst(9).prefix(3), as: UTF8.self))
    }

    static func field(_ name: String, in head: ArraySlice<UInt8>) -> String? {
        let wanted = Array(name.utf8) + [UInt8(ascii: ":")]
        for line in head.split(separator: UInt8(ascii: "\n")) {
            guard line.count > wanted.count, zip(line, wanted).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
            let value = line.dropFirst(wanted.count).drop { $0 == UInt8(ascii: " ") }
            return String(decoding: value.last == UInt8(ascii: "\r") ? value.dropLast() : value, as: UTF8.self)
        }
        return nil
    }
}

/// An answer that is not what it must be.
struct Mismatch: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
