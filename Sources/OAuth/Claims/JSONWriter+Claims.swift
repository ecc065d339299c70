extension JSONWriter {
    /// Adds `aud`: a text where there is one, else a list (RFC 7519 §4.1.3).
    mutating func add(audience: [String]) {
        if let only = audience.first, audience.count == 1 { add("aud", only) } else { add("aud", audience) }
    }

    /// Adds `act`, the one who acts outermost and those before inside of it (RFC 8693 §4.1); nothing if nobody does.
    mutating func add(actors: [String]) {
        guard !actors.isEmpty else { return }
        var claim: JSONValue?
        for party in actors.reversed() {
            var members: [String: JSONValue] = ["sub": .string(party)]
            members["act"] = claim
            claim = .object(members)
        }
        if let claim { add("act", claim) }
    }
}

extension JSONMembers {
    /// A text, or a list of texts.
    func textOrTexts(_ name: String) throws(JSONFlaw) -> [String] {
        if case .string(let text) = values[name] { return [text] }
        return try texts(name)
    }

    /// What ``JSONWriter/add(actors:)`` has written.
    func actors() throws(JSONFlaw) -> [String] {
        var actors: [String] = []
        var next = values["act"]
        while let claim = next {
            guard let members = claim.object, let party = members["sub"]?.string else { throw .unexpected }
            actors.append(party)
            next = members["act"]
        }
        return actors
    }
}
