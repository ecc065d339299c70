import OAuth

/// A generator that yields the given bytes in order, and then zeros.
struct FixedBytes: RandomNumberGenerator {
    private var remaining: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) {
        remaining = Array(bytes)[...]
    }

    mutating func next() -> UInt64 {
        let word = remaining.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        remaining = remaining.dropFirst(8)
        return word
    }
}

extension RandomBytes {
    /// Takes its bytes from `bytes`.
    init(fixed bytes: some Sequence<UInt8>) {
        var generator = FixedBytes(bytes)
        self.init(from: &generator)
    }
}

extension MasterKey {
    /// The key `00 01 … 1f`.
    static let ascending = MasterKey(RandomBytes(fixed: 0x00...0x1f))
    /// The key `ff fe … e0`.
    static let descending = MasterKey(RandomBytes(fixed: (0xe0...0xff).reversed()))
}

extension RandomBytes<Bits128> {
    /// The salt `10 11 … 1f`.
    static let saltA = RandomBytes(fixed: 0x10...0x1f)
    /// The salt `a0 a1 … af`.
    static let saltB = RandomBytes(fixed: 0xa0...0xaf)
}
