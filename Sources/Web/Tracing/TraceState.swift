/// What tracing systems on the way have added to a trace: passed on as it came, and not looked into (W3C Trace Context
/// §3.3).
package struct TraceState: Hashable, Sendable {
    private static let maximumMembers = 32
    /// What has to be passed on at least, and here at most, in characters (§3.3.1.5).
    private static let maximumLength = 512
    /// Members over this length go first where the whole is too long.
    private static let longMember = 128

    /// The value of `tracestate`.
    package let text: String

    /// Reads the value of `tracestate`, several fields joined by commas; nil where there is nothing to pass on, or
    /// something malformed, which then counts as absent.
    package init?(_ value: String) {
        var members: [Substring] = []
        var keys: Set<Substring> = []
        for part in value.split(separator: ",", omittingEmptySubsequences: false) {
            let member = Self.trimmed(part)
            guard !member.isEmpty else { continue }
            guard let sign = member.firstIndex(of: "="), Self.isKey(member[..<sign]),
                Self.isValue(member[member.index(after: sign)...]), keys.insert(member[..<sign]).inserted
            else { return nil }
            members.append(member)
        }
        guard !members.isEmpty, members.count <= Self.maximumMembers else { return nil }
        let kept = Self.shortened(members)
        guard !kept.isEmpty else { return nil }
        text = kept.joined(separator: ",")
    }

    private static func shortened(_ members: [Substring]) -> [Substring] {
        var members = members
        func isTooLong() -> Bool { members.reduce(-1) { $0 + 1 + $1.utf8.count } > maximumLength }
        while isTooLong() {
            // The newest ones stand on the left.
            members.remove(at: members.lastIndex { $0.utf8.count > longMember } ?? members.count - 1)
        }
        return members
    }

    /// A lower-case letter or digit, then up to 255 of those and `_-*/@`.
    private static func isKey(_ key: Substring) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = key.utf8.first, isPlain(first), key.utf8.count <= 256 else { return false }
        return key.utf8.allSatisfy { isPlain($0) || "_-*/@".utf8.contains($0) }
    }

    /// 1 to 256 printable ASCII characters but comma and equals sign, the last one no space.
    private static func isValue(_ value: Substring) -> Bool {
        guard let last = value.utf8.last, last != UInt8(ascii: " "), value.utf8.count <= 256 else { return false }
        return value.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
    }

    private static func trimmed(_ part: Substring) -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let start = part.firstIndex(where: { !isSpace($0) }), let end = part.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return part[start...end]
    }
}
