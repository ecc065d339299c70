/// What part of its list of logins a client asks for.
package struct LoginListRequest: Sendable, Hashable {
    /// How many entries, 1 to 1000.
    package let limit: Int
    /// The page before this one said it.
    package let cursor: Secret?

    private static let standardLimit = 100
    private static let longestCursor = 1024

    /// Reads `limit` and `after`.
    package init(_ parameters: FormParameters) throws(OAuthError) {
        let limit: String?
        let cursor: String?
        do throws(FormParameters.Unusable) {
            limit = try parameters.value("limit", limit: 16)
            cursor = try parameters.value("after", limit: Self.longestCursor)
        } catch {
            throw OAuthError(.invalidRequest, "limit or after is repeated or too long.")
        }
        self.cursor = cursor.map { Secret($0) }
        guard let limit else {
            self.limit = Self.standardLimit
            return
        }
        guard limit.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let number = Int(limit),
            (1...1000).contains(number)
        else { throw OAuthError(.invalidRequest, "limit is no number from 1 to 1000.") }
        self.limit = number
    }
}
