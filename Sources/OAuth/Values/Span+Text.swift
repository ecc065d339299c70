extension Span<UInt8> {
    /// The bytes as text; nil if they are not UTF-8.
    package var text: String? {
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: self))
        } catch {
            return nil
        }
    }

    /// Where the pieces between `separator`s lie, the empty ones left out.
    package func pieces(between separator: UInt8) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        pieces.reserveCapacity(8)
        var start = 0
        for index in indices where self[index] == separator {
            if start < index { pieces.append(start..<index) }
            start = index + 1
        }
        if start < count { pieces.append(start..<count) }
        return pieces
    }

    /// How many times `byte` stands at the beginning.
    package func count(ofLeading byte: UInt8) -> Int {
        for index in indices where self[index] != byte { return index }
        return count
    }

    /// How many times `byte` stands at the end.
    package func count(ofTrailing byte: UInt8) -> Int {
        for index in indices.reversed() where self[index] != byte { return count - 1 - index }
        return count
    }

    /// Where `byte` is found first.
    package func firstIndex(of byte: UInt8) -> Int? {
        for index in indices where self[index] == byte { return index }
        return nil
    }

    /// Whether `byte` is one of them.
    package func contains(_ byte: UInt8) -> Bool { !satisfies { $0 == byte ? 0 : 1 } }

    /// Whether `other` is the same bytes. The time it takes does not reveal where they differ, only how many they are.
    package func constantTimeEquals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var difference: UInt8 = 0
        for index in indices { difference |= self[index] ^ other[index] }
        return difference == 0
    }
}
