/// The 64 characters of one kind of base64, which differ in the last two (RFC 4648 §4, §5); nothing of padding.
struct Base64Alphabet: Sendable {
    private let characters: [UInt8]
    /// The value of each character, and 0xFF for all that are none.
    private let values: [UInt8]

    init(_ characters: String) {
        self.characters = Array(characters.utf8)
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in characters.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        self.values = values
    }

    /// The text of `bytes`.
    func encode(_ bytes: Span<UInt8>) -> String {
        unsafe String(unsafeUninitializedCapacity: Self.encodedCount(of: bytes)) { text in
            unsafe encode(bytes, to: text)
        }
    }

    /// Encodes `bytes` behind what `text` holds already.
    func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.append(addingCapacity: Self.encodedCount(of: bytes)) { output in
            unsafe output.withUnsafeMutableBufferPointer { text, count in count = unsafe encode(bytes, to: text) }
        }
    }

    /// Decodes `text`; nil for any other character, and for stray trailing bits.
    func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var isWellSpelled = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: text.count * 3 / 4) { bytes, count in
            isWellSpelled = unsafe decode(text, to: bytes)
            count = isWellSpelled ? text.count * 3 / 4 : 0
        }
        return isWellSpelled ? bytes : nil
    }

    private static func encodedCount(of bytes: Span<UInt8>) -> Int { (bytes.count * 4 + 2) / 3 }
}

/// Both fill exactly the room they are given, and look at nothing behind it: that is all there is to their pointers.
extension Base64Alphabet {
    /// Encodes `bytes` into `text`, which has room for four characters to three bytes.
    private func encode(_ bytes: Span<UInt8>, to text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe characters.withUnsafeBufferPointer { characters in
                var (index, position) = (0, 0)
                while index < bytes.count - 2 {
                    let group = unsafe Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
                    unsafe text[position] = characters[group >> 18]
                    unsafe text[position + 1] = characters[group >> 12 & 0x3F]
                    unsafe text[position + 2] = characters[group >> 6 & 0x3F]
                    unsafe text[position + 3] = characters[group & 0x3F]
                    index += 3
                    position += 4
                }
                switch bytes.count - index {
                case 1:
                    let group = unsafe Int(bytes[index]) << 4
                    unsafe text[position] = characters[group >> 6]
                    unsafe text[position + 1] = characters[group & 0x3F]
                    return position + 2
                case 2:
                    let group = unsafe Int(bytes[index]) << 10 | Int(bytes[index + 1]) << 2
                    unsafe text[position] = characters[group >> 12]
                    unsafe text[position + 1] = characters[group >> 6 & 0x3F]
                    unsafe text[position + 2] = characters[group & 0x3F]
                    return position + 3
                default: return position
                }
            }
        }
    }

    /// Decodes `text` into `bytes`, which has room for three bytes to four characters; false if it cannot be decoded.
    private func decode(_ text: Span<UInt8>, to bytes: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        unsafe values.withUnsafeBufferPointer { values in
            unsafe text.withUnsafeBufferPointer { text in
                var (index, position) = (0, 0)
                while index < text.count - 3 {
                    let (first, second) = unsafe (values[Int(text[index])], values[Int(text[index + 1])])
                    let (third, fourth) = unsafe (values[Int(text[index + 2])], values[Int(text[index + 3])])
                    guard first | second | third | fourth < 64 else { return false }
                    unsafe bytes[position] = first << 2 | second >> 4
                    unsafe bytes[position + 1] = second << 4 | third >> 2
                    unsafe bytes[position + 2] = third << 6 | fourth
                    index += 4
                    position += 3
                }
                let rest = unsafe text[index...].map { unsafe values[Int($0)] }
                guard rest.allSatisfy({ $0 < 64 }) else { return false }
                switch rest.count {
                case 0: return true
                case 2 where rest[1] & 0x0F == 0:
                    unsafe bytes[position] = rest[0] << 2 | rest[1] >> 4
                    return true
                case 3 where rest[2] & 0x03 == 0:
                    unsafe bytes[position] = rest[0] << 2 | rest[1] >> 4
                    unsafe bytes[position + 1] = rest[1] << 4 | rest[2] >> 2
                    return true
                default: return false
                }
            }
        }
    }
}
