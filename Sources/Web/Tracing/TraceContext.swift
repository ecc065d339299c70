/// A place in a trace that spans several services (W3C Trace Context, level 2).
package struct TraceContext: Hashable, Sendable {
    /// 32 lower-case hexadecimal digits, not all zero.
    package let traceID: String
    /// The span that is under way: 16 lower-case hexadecimal digits, not all zero.
    package let spanID: String
    /// Whether the trace is recorded, and whether its id is random; no other bit is passed on (§3.2.2.5).
    private let flags: UInt8
    package var state: TraceState?

    private static let knownFlags: UInt8 = 0b11
    private static let length = 55

    /// Reads the value of `traceparent` (§3.2.2); nil if it is malformed, and then it counts as absent.
    ///
    /// A later version may have more behind what this one has.
    package init?(parent text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.length, bytes[2] == Self.dash, bytes[35] == Self.dash, bytes[52] == Self.dash,
            let version = Self.byte(bytes[0..<2]), let flags = Self.byte(bytes[53..<55]),
            Self.isID(bytes[3..<35]), Self.isID(bytes[36..<52])
        else { return nil }
        switch version {
        case 0: guard bytes.count == Self.length else { return nil }
        case 0xFF: return nil
        default: guard bytes.count == Self.length || bytes[Self.length] == Self.dash else { return nil }
        }
        traceID = String(decoding: bytes[3..<35], as: UTF8.self)
        spanID = String(decoding: bytes[36..<52], as: UTF8.self)
        self.flags = flags & Self.knownFlags
    }

    private init(traceID: String, spanID: String, flags: UInt8, state: TraceState?) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.state = state
    }

    /// The value of `traceparent` for whom this span calls.
    package var parent: String { "00-\(traceID)-\(spanID)-0\(flags)" }

    /// A span below this one, named by eight random bytes.
    package func child(_ random: some Sequence<UInt8>) -> TraceContext {
        var id = random.prefix(8).map { Self.digits[Int($0 >> 4)] + Self.digits[Int($0 & 15)] }.joined()
        // Zero is no id.
        if id.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) { id = "0000000000000001" }
        return TraceContext(traceID: traceID, spanID: id, flags: flags, state: state)
    }

    private static let dash = UInt8(ascii: "-")
    private static let digits = "0123456789abcdef".map(String.init)

    private static func isID(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { digit($0) != nil } && bytes.contains { $0 != UInt8(ascii: "0") }
    }

    private static func byte(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        bytes.reduce(UInt8?(0)) { value, next in
            guard let value, let digit = digit(next) else { return nil }
            return value << 4 | digit
        }
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
