/// Where a link or form of a page leads: a path of this broker, or a web page elsewhere.
package struct PageLink: Hashable, Sendable {
    /// The `href` or `action`, unescaped.
    package let reference: String

    /// A path of this broker with `query`, whose names and values are percent-encoded here.
    package init(path: String, query: [(name: String, value: String)] = []) {
        let pairs = query.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }
        self.init(path: path, rawQuery: pairs.joined(separator: "&"))
    }

    /// A path of this broker with a query as it stood in a request.
    package init(path: String, rawQuery: String?) {
        // Two leading slashes (or a backslash, which browsers read as one) would name another host.
        let relative = path.drop { $0 == "/" || $0 == "\\" }
        guard let rawQuery, !rawQuery.isEmpty else {
            reference = "/" + relative
            return
        }
        reference = "/" + relative + "?" + rawQuery
    }

    /// A web page elsewhere; `nil` unless it is https, or http on loopback.
    package init?(web address: String) {
        guard HostSource(of: address) != nil else { return nil }
        reference = address
    }

    /// Where a flow lets a browser go when it leaves: a client's registered URI, or a provider's page.
    package init(leavingFor address: String) {
        reference = address
    }

    /// The same address asking for `language`, whatever it asked for before (OIDC Core §3.1.2.1 `ui_locales`).
    func asking(for language: Language) -> PageLink {
        let parts = reference.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts.first ?? "/")
        let query = parts.dropFirst().first ?? ""
        let kept = query.split(separator: "&").filter { $0 != "ui_locales" && !$0.hasPrefix("ui_locales=") }
        return PageLink(
            path: path, rawQuery: (kept.map(String.init) + ["ui_locales=\(language.tag)"]).joined(separator: "&"))
    }

    private static func encode(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
    }
}

/// A field that a form carries along unseen.
package struct HiddenField: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    var templateValue: TemplateValue { .object(["name": .text(name), "value": .text(value)]) }
}
