import OAuth

/// An Argon2id hash in the PHC string format: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
///
/// Read here rather than by libargon2, so that a stored or imported string is judged before it costs anything.
struct PHCString: Equatable {
    /// What new hashes have.
    static let tagByteCount = 32
    private static let maximumTextLength = 256

    let parameters: Argon2Parameters
    let salt: [UInt8]
    /// The hash proper.
    let tag: [UInt8]

    init(parameters: Argon2Parameters, salt: [UInt8], tag: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.tag = tag
    }

    /// Reads `text`; `nil` for any other algorithm, version, order or spelling, and for parameters out of bounds.
    init?(parsing text: String) {
        guard text.utf8.count <= PHCString.maximumTextLength else { return nil }
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0].isEmpty, fields[1] == "argon2id", fields[2] == "v=19",
            let parameters = PHCString.parameters(fields[3]),
            let salt = PHCString.decode(fields[4]), (8...64).contains(salt.count),
            let tag = PHCString.decode(fields[5]), (16...64).contains(tag.count)
        else { return nil }
        self.init(parameters: parameters, salt: salt, tag: tag)
    }

    var text: String {
        "$argon2id$v=19$m=\(parameters.memoryKiB),t=\(parameters.iterations),p=\(parameters.parallelism)"
            + "$\(PHCString.encode(salt))$\(PHCString.encode(tag))"
    }

    private static func parameters(_ field: Substring) -> Argon2Parameters? {
        let values = field.split(separator: ",", omittingEmptySubsequences: false)
        guard values.count == 3, let memory = number(values[0], named: "m="),
            let iterations = number(values[1], named: "t="), let parallelism = number(values[2], named: "p=")
        else { return nil }
        return try? Argon2Parameters(memoryKiB: memory, iterations: iterations, parallelism: parallelism)
    }

    /// A decimal number without sign or leading zero, as the format demands.
    private static func number(_ field: Substring, named name: String) -> Int? {
        guard field.hasPrefix(name), let value = Int(field.dropFirst(2)), name + String(value) == field else {
            return nil
        }
        return value
    }

    /// Base64 with the standard alphabet and without padding.
    private static func encode(_ bytes: [UInt8]) -> String {
        String(Base64URL.encode(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    }

    private static func decode(_ text: Substring) -> [UInt8]? {
        guard !text.contains("-"), !text.contains("_") else { return nil }
        return Base64URL.decode(String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }))
    }
}
