import Synchronization

/// What stored bytes were last decoded to.
///
/// Found by the bytes themselves and nothing else: a row that anybody has changed is other bytes, and is decoded anew.
final class DecodedValues<Value: Sendable>: Sendable {
    /// Most values kept; beyond it the table starts anew, which costs one decoding for each that is still in use.
    private static var capacity: Int { 1024 }
    /// Longer ones are decoded each time, so that a few large ones cannot fill the memory.
    private static var longest: Int { 8192 }

    private let values = Mutex<[[UInt8]: Value]>([:])

    /// What `decode` makes of `bytes`, or has made before.
    func value<Failure: Error>(of bytes: [UInt8], decode: () throws(Failure) -> Value) throws(Failure) -> Value {
        if let known = values.withLock({ $0[bytes] }) { return known }
        let value = try decode()
        keep(value, of: bytes)
        return value
    }

    private func keep(_ value: Value, of bytes: [UInt8]) {
        guard bytes.count <= Self.longest else { return }
        values.withLock { values in
            if values.count >= Self.capacity { values.removeAll(keepingCapacity: true) }
            values[bytes] = value
        }
    }
}
