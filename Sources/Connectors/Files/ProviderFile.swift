package import OAuth

/// What came of reading one provider file.
package enum ProviderFile: Sendable, Hashable {
    case usable(ProviderDefinition)
    /// The file is sound, but a secret or value it takes from elsewhere is not set.
    case unusable(ProviderDefinition.Heading, reason: String)

    package var id: ProviderID {
        switch self {
        case .usable(let definition): definition.id
        case .unusable(let heading, _): heading.id
        }
    }
}

extension ProviderDefinition {
    /// What identifies a provider to people, known even where the rest cannot be.
    package struct Heading: Sendable, Hashable {
        package let id: ProviderID
        package let kind: ProviderKind
        package let name: String
        package let activity: Activity
        package let way: Provider.LoginWay
    }
}

extension ProviderFile {
    /// Longest provider file, in bytes.
    static let maximumLength = 65_536

    /// Reads the file called `name`.
    init(_ bytes: [UInt8], named name: String, placeholders: Placeholders) throws(ProviderFileProblem) {
        self = try ProviderFileReading(bytes, named: name, placeholders: placeholders).file.get()
    }

    init(
        _ resolution: Placeholders.Resolution, named name: String
    ) throws(ProviderFileProblem) {
        if let malformed = resolution.malformed {
            let reason = ProviderFileProblem.Reason.badValue(expected: "written with ${NAME} where it has a ${")
            throw ProviderFileProblem(file: name, line: malformed.line, key: malformed.key, reason: reason)
        }
        let object = try ProviderFileObject(resolution.node, at: "$", of: name)
        let heading = try Self.heading(of: object)
        let unusable = Self.unusable(heading, resolution.unset)
        do throws(ProviderFileProblem) {
            let definition = try Self.definition(heading, object)
            self = unusable ?? .usable(definition)
        } catch {
            // A value that is not there cannot be wrong.
            guard let unusable, resolution.unset.contains(where: { $0.key == error.key }) else { throw error }
            self = unusable
        }
    }

    private static func unusable(
        _ heading: ProviderDefinition.Heading, _ unset: [Placeholders.Unset]
    ) -> ProviderFile? {
        guard !unset.isEmpty else { return nil }
        var reasons: [String] = []
        for value in unset {
            let reason = "\(value.reason) (line \(value.line), \(value.key))"
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return .unusable(heading, reason: reasons.joined(separator: "; "))
    }

    private static func heading(
        of object: ProviderFileObject
    ) throws(ProviderFileProblem) -> ProviderDefinition.Heading {
        let id = try object.requiredText("id")
        guard isWellFormed(id: id) else {
            throw object.problem(
                .badValue(expected: "1 to 64 lower-case letters, digits, - or _, beginning with a letter or digit"),
                at: "id")
        }
        guard let kind = try object.word("type", ProviderKind.self) else {
            throw object.problem(.missingKey, at: "type")
        }
        // Before anything can be missing: a key that is misspelt is not reported as one that is not there.
        try object.requireKeys(kind.keys)
        guard (kind == .local) == (id == ProviderID.local.rawValue) else {
            throw object.problem(.badValue(expected: "local in the file local.json and nowhere else"), at: "type")
        }
        let way: Provider.LoginWay = kind == .cognito ? .frontEnd : .broker
        return ProviderDefinition.Heading(
            id: ProviderID(rawValue: id), kind: kind, name: try object.requiredText("name"),
            activity: try object.flag("enabled") == false ? .disabled : .enabled,
            way: try object.word("login", Provider.LoginWay.self) ?? way)
    }

    private static func isWellFormed(id: String) -> Bool {
        let allowed = id.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_".utf8.contains(byte)
        }
        return allowed && (1...64).contains(id.utf8.count) && !id.hasPrefix("-") && !id.hasPrefix("_")
    }

    private static func definition(
        _ heading: ProviderDefinition.Heading, _ object: ProviderFileObject
    ) throws(ProviderFileProblem) -> ProviderDefinition {
        _ = try object.text("$schema")
        let upstream: ProviderDefinition.Upstream
        switch heading.kind {
        case .local: upstream = .local
        case .oidc: upstream = .oidc(try UpstreamSettings(anyProvider: object))
        case .google: upstream = try .google(object)
        case .microsoft: upstream = try .microsoft(object)
        case .apple: upstream = try .apple(object)
        case .linkedIn: upstream = try .linkedIn(object)
        case .gitLab: upstream = try .gitLab(object)
        case .cognito: upstream = .cognito(try CognitoSettings(object, way: heading.way))
        case .oauth2: upstream = .oauth2(try OAuth2Settings(object))
        case .gitHub: upstream = .gitHub(try GitHubSettings(object))
        case .facebook: upstream = .facebook(try FacebookSettings(object))
        case .header: upstream = .header(try HeaderSettings(object))
        }
        return ProviderDefinition(
            id: heading.id, name: heading.name, activity: heading.activity, way: heading.way,
            admission: try AdmissionRule(object), linking: try LinkingRule(object, of: heading.kind),
            endings: try UpstreamEndings(object, of: heading.kind),
            custody: try object.word("upstream_tokens", TokenCustody.self) ?? .release,
            contextClasses: try ContextClassRule(object),
            authorities: try CertificateAuthorities(object),
            upstream: upstream)
    }
}
