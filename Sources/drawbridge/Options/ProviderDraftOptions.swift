import ArgumentParser
import Connectors
import Foundation
import OAuth

/// A new provider's file as options.
struct ProviderDraftOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The kind of provider: \(ProviderKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "type"
        ))
    var type: String

    @Option(
        help: ArgumentHelp(
            "The provider's id, and its file's name: lower-case letters, digits, - and _. Default: the type.",
            valueName: "id"))
    var id: String?

    @Option(help: ArgumentHelp("What people see on the button. Default: made from the id.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The provider's issuer, where the type does not know it by itself.", valueName: "url"))
    var issuer: String?

    @Option(
        help: ArgumentHelp(
            "What the provider calls Drawbridge. Default: from the variable <ID>_CLIENT_ID.", valueName: "text"))
    var clientID: String?

    @Option(
        help: ArgumentHelp(
            "The environment variable that holds the client secret. Default: <ID>_CLIENT_SECRET.", valueName: "variable"
        ))
    var clientSecretEnv: String?

    @Option(help: ArgumentHelp("The file that holds the client secret.", valueName: "path"))
    var clientSecretFile: String?

    @Option(
        help: ArgumentHelp("A scope to ask the provider for; repeat it for several.", valueName: "scope"))
    var scope: [String] = []

    @Option(
        help: ArgumentHelp(
            "Any other key of the file, such as endpoints.token=https://… or 'allow.email_domains=[\"city.example\"]'; "
                + "repeat it for several.", valueName: "key=value"))
    var set: [String] = []

    func validate() throws {
        if clientSecretEnv != nil, clientSecretFile != nil {
            throw ValidationError("Give either --client-secret-env or --client-secret-file.")
        }
    }

    /// The file that these options describe; only what the options themselves get wrong is refused here.
    func draft() throws -> ProviderDraft {
        guard let kind = ProviderKind(rawValue: type) else {
            let kinds = ProviderKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Complaint("there is no type \(LogText.oneLine(type)) of provider: the types are \(kinds)")
        }
        let id = id ?? type
        var draft = ProviderDraft(id: ProviderID(rawValue: id), kind: kind, name: name ?? Self.name(from: id))
        do throws(ProviderDraft.Flaw) {
            if let issuer { try draft.set("issuer", text: issuer) }
            try setCredentials(&draft)
            if !scope.isEmpty {
                try draft.set("scopes", texts: scope.flatMap { $0.split(separator: " ") }.map(String.init))
            }
        } catch {
            throw Complaint(error.description)
        }
        for setting in set {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { throw Complaint("--set \(LogText.oneLine(setting)) is not key=value") }
            do throws(ProviderDraft.Flaw) {
                try draft.set(parts[0], jsonOrText: parts[1])
            } catch {
                throw Complaint(error.description)
            }
        }
        return draft
    }

    private func setCredentials(_ draft: inout ProviderDraft) throws(ProviderDraft.Flaw) {
        guard draft.takes("client_id") else { return }
        let prefix = draft.id.rawValue.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        if !names("client_id") { try draft.set("client_id", text: clientID ?? "${\(prefix)_CLIENT_ID}") }
        if let clientSecretFile {
            try draft.set("client_secret", file: URL(filePath: clientSecretFile).path)
        } else if let clientSecretEnv {
            try draft.set("client_secret", text: "${\(clientSecretEnv)}")
        } else if draft.wantsSecret, !names("client_secret"), !names("token_endpoint_auth_method") {
            try draft.set("client_secret", text: "${\(prefix)_CLIENT_SECRET}")
        }
        for (key, variable) in draft.handedOut where !names(key) {
            try draft.set(key, text: "${\(prefix)_\(variable)}")
        }
    }

    private func names(_ key: String) -> Bool { set.contains { $0.hasPrefix(key + "=") } }

    private static func name(from id: String) -> String {
        let brands = ["github": "GitHub", "gitlab": "GitLab", "linkedin": "LinkedIn", "oauth2": "OAuth 2.0"]
        return brands[id] ?? id.split(whereSeparator: { "-_".contains($0) }).map(\.capitalized).joined(separator: " ")
    }
}
