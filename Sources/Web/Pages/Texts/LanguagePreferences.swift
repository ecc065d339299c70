/// The languages somebody asked for, the most wanted first.
package struct LanguagePreferences: Hashable, Sendable {
    /// Language ranges in lower case (RFC 4647 §2.1).
    package let ranges: [String]

    /// The longest header and the most entries worth reading.
    private static let longest = 1024
    private static let most = 32

    /// Reads `ui_locales`: tags separated by spaces, in order of preference (OIDC Core §3.1.2.1).
    package init(uiLocales: String) {
        let tags = uiLocales.prefix(Self.longest).split(separator: " ").prefix(Self.most)
        ranges = tags.map { $0.lowercased() }.filter(Self.isRange)
    }

    /// Reads `Accept-Language` (RFC 9110 §12.5.4); an entry that is malformed or has weight 0 is left out.
    package init(acceptLanguage: String) {
        let entries = acceptLanguage.prefix(Self.longest).split(separator: ",").prefix(Self.most)
        let weighted = entries.enumerated().compactMap { index, entry -> Entry? in
            guard let (range, weight) = Self.parse(entry), weight > 0 else { return nil }
            return Entry(range: range, weight: weight, index: index)
        }
        ranges = weighted.sorted { ($1.weight, $0.index) < ($0.weight, $1.index) }.map(\.range)
    }

    /// The first of `languages` that is wanted, by RFC 4647 §3.4 lookup: `sk-SK` finds `sk`.
    package func best(of languages: [Language]) -> Language? {
        for range in ranges {
            if range == "*" { return languages.first }
            var subtags = range.split(separator: "-")
            while !subtags.isEmpty {
                let tag = subtags.joined(separator: "-")
                if let language = languages.first(where: { $0.tag.lowercased() == tag }) { return language }
                subtags.removeLast()
            }
        }
        return nil
    }

    private struct Entry {
        let range: String
        /// Thousandths.
        let weight: Int
        let index: Int
    }

    private static func parse(_ entry: Substring) -> (range: String, weight: Int)? {
        let parts = entry.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
        guard let range = parts.first?.lowercased(), isRange(range), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return (range, 1000) }
        guard parts[1].lowercased().hasPrefix("q="), let weight = thousandths(parts[1].dropFirst(2)) else { return nil }
        return (range, weight)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    /// A quality value (RFC 9110 §12.4.2): 0 or 1 with up to three decimals.
    private static func thousandths(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole == "0" || whole == "1" else { return nil }
        let decimals = parts.count == 2 ? parts[1] : ""
        guard decimals.utf8.count <= 3, decimals.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        else { return nil }
        let padded = decimals + String(repeating: "0", count: 3 - decimals.utf8.count)
        guard let fraction = Int(padded), whole == "0" || fraction == 0 else { return nil }
        return whole == "1" ? 1000 : fraction
    }

    private static func isRange(_ text: String) -> Bool {
        if text == "*" { return true }
        let subtags = text.split(separator: "-", omittingEmptySubsequences: false)
        return subtags.allSatisfy { subtag in
            (1...8).contains(subtag.utf8.count)
                && subtag.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                }
        }
    }
}
