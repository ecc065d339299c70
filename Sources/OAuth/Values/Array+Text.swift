extension [UInt8] {
    /// Appends `text` in UTF-8.
    package mutating func append(_ text: String) {
        let utf8 = text.utf8.span
        append(addingCapacity: utf8.count) { output in output.append(utf8) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends `bytes`, copied as a whole. There must be room for them.
    mutating func append(_ bytes: Span<UInt8>) {
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            let room = unsafe buffer[count...]
            unsafe bytes.withUnsafeBufferPointer { bytes in _ = unsafe room.initialize(fromContentsOf: bytes) }
            count += bytes.count
        }
    }
}
