import Synchronization

/// What stored values were last decoded to, found by a name that no other value has ever had: a row that anybody has
/// changed has another name, and is decoded anew.
final class DecodedValues<Name: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Most values kept; beyond it the table starts anew, which costs one decoding for each that is still in use.
    private static var capacity: Int { 1024 }
    /// Longer ones are decoded each time, so that a few large ones cannot fill the memory.
    private static var longest: Int { 8192 }

    private let values = Mutex<[Name: Value]>([:])

    /// What is kept under `name`.
    subscript(name: Name) -> Value? { values.withLock { $0[name] } }

    /// Keeps `value`, which was decoded from `length` bytes.
    func keep(_ value: Value, under name: Name, length: Int) {
        guard length <= Self.longest else { return }
        values.withLock { values in
            if values.count >= Self.capacity { values.removeAll(keepingCapacity: true) }
            values[name] = value
        }
    }
}
