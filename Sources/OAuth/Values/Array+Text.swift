extension [UInt8] {
    /// Appends `text` in UTF-8.
    package mutating func append(_ text: String) {
        unsafe text.utf8.span.withUnsafeBufferPointer { utf8 in unsafe append(contentsOf: utf8) }
    }
}
