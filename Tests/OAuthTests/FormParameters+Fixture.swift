import OAuth

extension FormParameters {
    /// Encodes and decodes `fields`, so that a test passes through the same door as a request.
    static func fixture(_ fields: [(name: String, value: String)]) throws -> FormParameters {
        try FormParameters(decoding: FormEncoding.encode(fields).utf8)
    }
}
