import OAuth

extension TokenAnswer {
    /// Names that providers have for what RFC 6749 §5.2 calls `invalid_grant`.
    private static let endedGrants: Set = ["bad_verification_code", "bad_refresh_token"]

    /// Facebook's numbers for a code that has expired or been used.
    private static let spentCodes: Set<Int64> = [36_007, 36_009]

    /// What `error` in an answer of a token endpoint comes to; fit to be logged.
    ///
    /// An error is one word, but for Facebook, which writes an object. Its message is left alone: it may repeat what was
    /// sent.
    static func rejection(_ error: JSONValue) -> TokenAnswer {
        switch error {
        case .string(let word) where endedGrants.contains(word): return .rejected(code: "invalid_grant")
        case .string(let word): return .rejected(code: TokenEndpoint.loggable(word))
        case .object(let members):
            if case .integer(let number)? = members["error_subcode"], spentCodes.contains(number) {
                return .rejected(code: "invalid_grant")
            }
            let words = ["type", "code", "error_subcode"].compactMap { members[$0]?.subjectText }
            return .rejected(code: words.isEmpty ? "an error" : TokenEndpoint.loggable(words.joined(separator: ".")))
        case .null, .bool, .integer, .number, .array: return .rejected(code: "an error")
        }
    }
}
