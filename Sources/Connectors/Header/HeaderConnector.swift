import OAuth

/// People whom a trusted reverse proxy has logged in: by eID, Kerberos, client certificate or a SAML gateway.
struct HeaderConnector: Connector, HeaderLogin {
    let settings: HeaderSettings

    var redirectLogin: (any RedirectLogin)? { nil }
    var tokenVerification: (any TokenVerification)? { nil }
    var tokenRefresh: (any TokenRefresh)? { nil }
    var headerLogin: (any HeaderLogin)? { self }

    func person(in header: ProxyHeader) throws(ConnectorError) -> VouchedPerson {
        switch header {
        case .notVouchedFor:
            throw .misbehaved(cause: "the request did not come from one of the --trusted-proxies")
        case .vouchedFor(let fields):
            let reader = HeaderReader(fields)
            try prove(reader)
            guard let subject = try reader.value(of: settings.subject, limit: UpstreamSubject.maximumLength) else {
                throw .misbehaved(cause: "there is no \(settings.subject.text)")
            }
            // Two fields joined by a server on the way look like one with a comma (RFC 9110 §5.3).
            guard !subject.contains(",") else {
                throw .misbehaved(cause: "\(settings.subject.text) has a comma, as two joined fields have")
            }
            return VouchedPerson(subject: subject, claims: try claims(reader))
        }
    }

    private func prove(_ reader: HeaderReader) throws(ConnectorError) {
        guard let proof = settings.proof else { return }
        guard let presented = try reader.value(of: proof.field, limit: HeaderReader.valueLimit) else {
            throw .misbehaved(cause: "there is no \(proof.field.text)")
        }
        guard Secret(presented) == proof.secret else {
            throw .misbehaved(cause: "\(proof.field.text) does not hold the proxy's secret")
        }
    }

    private func claims(_ reader: HeaderReader) throws(ConnectorError) -> PersonClaims {
        var said: [String: JSONValue] = [:]
        for (name, field) in settings.claims {
            guard let text = try reader.value(of: field, limit: HeaderReader.valueLimit) else { continue }
            said[name] = name == "groups" ? .array(groups(text).map(JSONValue.string)) : .string(text)
        }
        // The operator has named each of them, so they need no rule of the mapping to be taken over.
        let mapped = settings.mapping.person(from: said)
        return PersonClaims(said.merging(mapped.values) { _, mapped in mapped })
    }

    private func groups(_ text: String) -> [String] {
        text.split(separator: settings.groupsSeparator).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }
}

/// Reads the header of one request so that no two readers could disagree about it.
private struct HeaderReader {
    /// Longest value of anything but the person's id, in bytes.
    static let valueLimit = 4096

    private let fields: [(name: String, value: String)]

    init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    /// The one value of `name`; nil if there is none or it is empty.
    ///
    /// Refused are a field that is there twice, one whose name could be taken for it, and a value that is too long, not
    /// UTF-8, or holds control characters.
    func value(of name: HeaderFieldName, limit: Int) throws(ConnectorError) -> String? {
        var values: [String] = []
        for field in fields {
            switch name.likeness(of: field.name) {
            case .same: values.append(field.value)
            case .lookAlike: throw .misbehaved(cause: "there is a field that could be taken for \(name.text)")
            case .other: continue
            }
        }
        guard values.count <= 1 else { throw .misbehaved(cause: "\(name.text) is there \(values.count) times") }
        guard let value = values.first, !value.isEmpty else { return nil }
        guard value.utf8.count <= limit else { throw .misbehaved(cause: "\(name.text) is too long") }
        // The server puts U+FFFD where the bytes were not UTF-8.
        let isText = value.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .unassigned, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: false
            default: scalar != "\u{FFFD}"
            }
        }
        guard isText else { throw .misbehaved(cause: "\(name.text) is not plain text in UTF-8") }
        return value
    }
}
