import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: writing them") struct ProviderWritingTests {
    private func withFolder(_ body: (ProviderFolder, String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/written-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(ProviderFolder(path: path, environment: ["SET": "value"]), path)
    }

    private func text(at path: String) throws -> String {
        String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test(
        "Switching off and on changes one word and nothing else",
        arguments: [
            (#"{"id": "a", "enabled": true}"#, #"{"id": "a", "enabled": false}"#),
            ("{\n  \"enabled\" :\ttrue,\n\n  \"id\": \"a\"\n}\n", "{\n  \"enabled\" :\tfalse,\n\n  \"id\": \"a\"\n}\n"),
            ("{\"enabled\":true}", "{\"enabled\":false}"),
        ])
    func switching(on: String, off: String) throws {
        let switched = try ProviderFileText(Array(on.utf8), named: "a.json").setting(.disabled)
        #expect(String(decoding: switched, as: UTF8.self) == off)
        let back = try ProviderFileText(switched, named: "a.json").setting(.enabled)
        #expect(String(decoding: back, as: UTF8.self) == on)
    }

    @Test(
        "A file that says nothing is switched off with one more member, set off as the others are",
        arguments: [
            (#"{"id": "a"}"#, #"{"id": "a", "enabled": false}"#),
            (
                "{\n  \"id\": \"a\",\n  \"allow\": {}\n}\n",
                "{\n  \"id\": \"a\",\n  \"allow\": {},\n  \"enabled\": false\n}\n"
            ),
            ("{\r\n\t\"id\": \"a\"\r\n}", "{\r\n\t\"id\": \"a\",\r\n\t\"enabled\": false\r\n}"),
            ("\u{FEFF}{ \"id\": \"é\" }", "\u{FEFF}{ \"id\": \"é\", \"enabled\": false }"),
        ])
    func adding(before: String, after: String) throws {
        let text = try ProviderFileText(Array(before.utf8), named: "a.json")
        #expect(text.setting(.disabled).elementsEqual(after.utf8))
        #expect(text.setting(.enabled).elementsEqual(before.utf8))
    }

    @Test("Only the file's own enabled is meant") func nested() throws {
        let text = #"{"claims": {"enabled": "$.on"}, "id": "a"}"#
        let switched = try ProviderFileText(Array(text.utf8), named: "a.json").setting(.disabled)
        #expect(
            String(decoding: switched, as: UTF8.self)
                == #"{"claims": {"enabled": "$.on"}, "id": "a", "enabled": false}"#)
    }

    @Test("What is not an object stays as it is", arguments: ["", "[]", "{}", "{", #"{"a": 1, "a": 2}"#])
    func notAFile(text: String) {
        #expect(throws: ProviderFileProblem.self) { try ProviderFileText(Array(text.utf8), named: "a.json") }
    }

    private func draft(_ id: String = "campus") throws -> ProviderDraft {
        var draft = ProviderDraft(id: ProviderID(rawValue: id), kind: .oidc, name: "Campus \"1\"")
        try draft.set("issuer", text: "https://id.example")
        try draft.set("client_id", text: "${SET}")
        try draft.set("client_secret", text: "${UNSET}")
        return draft
    }

    @Test func `A draft is written as a person would, and says what is still missing`() throws {
        try withFolder { folder, path in
            var draft = try draft()
            try draft.set("scopes", texts: ["openid", "email"])
            try draft.set("endpoints.token", jsonOrText: "https://id.example/token")
            try draft.set("endpoints.jwks", jsonOrText: "https://id.example/keys")
            try draft.set("allow.email_domains", jsonOrText: #"["city.example"]"#)
            try draft.set("enabled", jsonOrText: "false")
            let addition = try folder.add(draft)
            #expect(addition.path == "\(path)/campus.json")
            #expect(addition.unsetVariables == ["UNSET"])
            #expect(addition.missingFiles.isEmpty)
            #expect(try mode(of: addition.path) == 0o644)
            #expect(
                try text(at: addition.path) == """
                    {
                      "$schema": "./schema.json",
                      "id": "campus",
                      "type": "oidc",
                      "name": "Campus \\"1\\"",
                      "issuer": "https://id.example",
                      "client_id": "${SET}",
                      "client_secret": "${UNSET}",
                      "scopes": ["openid", "email"],
                      "endpoints": {
                        "token": "https://id.example/token",
                        "jwks": "https://id.example/keys"
                      },
                      "allow": {
                        "email_domains": ["city.example"]
                      },
                      "enabled": false
                    }

                    """)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["campus.json"])
        }
    }

    @Test func `The first file makes its folder, and one that is refused makes none`() throws {
        try withFolder { _, path in
            let folder = ProviderFolder(path: "\(path)/etc/providers", environment: [:])
            var broken = try draft()
            try broken.set("login", text: "nobody")
            #expect(throws: ProviderFolder.WritingFailure.self) { try folder.add(broken) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
            #expect(try folder.add(try draft()).path == "\(path)/etc/providers/campus.json")
            try Data().write(to: URL(filePath: "\(path)/file"))
            let inFile = ProviderFolder(path: "\(path)/file/providers", environment: [:])
            let failure = #expect(throws: ProviderFolder.WritingFailure.self) { try inFile.add(try draft()) }
            #expect(failure?.description == "\(path)/file/providers cannot be written: the folder cannot be made")
        }
    }

    @Test func `A file that is there already is never overwritten`() throws {
        try withFolder { folder, path in
            try Data("mine".utf8).write(to: URL(filePath: "\(path)/campus.json"))
            let failure = #expect(throws: ProviderFolder.WritingFailure.self) { try folder.add(try draft()) }
            guard case .exists = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(try text(at: "\(path)/campus.json") == "mine")
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["campus.json"])
        }
    }

    @Test(
        "What a start would refuse is not written",
        arguments: [
            ("issuer2", "x", "$.issuer2"), ("scopes", "openid", "$.scopes"), ("login", "nobody", "$.login"),
            ("endpoints.token", "http://id.example", "$.endpoints.token"), ("allow.x", "[]", "$.allow.x"),
        ])
    func refused(key: String, value: String, problem: String) throws {
        try withFolder { folder, path in
            var draft = try draft()
            try draft.set(key, jsonOrText: value)
            let failure = #expect(throws: ProviderFolder.WritingFailure.self) { try folder.add(draft) }
            guard case .broken(let found) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(found.key == problem)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
        }
    }

    @Test("An id cannot lead out of the folder", arguments: ["../campus", "a/b", "", ".hidden", "schema"])
    func idIsNoPath(id: String) throws {
        try withFolder { folder, path in
            #expect(throws: ProviderFolder.WritingFailure.self) { try folder.add(try draft(id)) }
            #expect(throws: ProviderFolder.WritingFailure.self) {
                try folder.set(.disabled, of: ProviderID(rawValue: id))
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(left.isEmpty)
        }
    }

    @Test("A secret as such does not go into a draft", arguments: ["hunter2", #""hunter2""#, "$SECRET"])
    func literalSecret(value: String) throws {
        var draft = ProviderDraft(id: ProviderID(rawValue: "a"), kind: .oidc, name: "A")
        #expect(throws: ProviderDraft.Flaw.literalSecret("client_secret")) {
            try draft.set("client_secret", jsonOrText: value)
        }
        try draft.set("client_secret", jsonOrText: #"{"file": "a.secret"}"#)
        #expect(throws: ProviderDraft.Flaw.alreadySet("client_secret")) {
            try draft.set("client_secret", jsonOrText: "${SECRET}")
        }
        #expect(throws: ProviderDraft.Flaw.notAPath("a.b.c")) { try draft.set("a.b.c", jsonOrText: "1") }
        #expect(throws: ProviderDraft.Flaw.notAPath("")) { try draft.set("", jsonOrText: "1") }
    }

    @Test func `Switching keeps the file's mode, and a link stays a link`() throws {
        try withFolder { folder, path in
            let file = "\(path)/real.txt"
            try Data(#"{"id": "a"}"#.utf8).write(to: URL(filePath: file))
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            try FileManager.default.createSymbolicLink(atPath: "\(path)/a.json", withDestinationPath: "real.txt")
            let id = ProviderID(rawValue: "a")
            #expect(try folder.set(.disabled, of: id) == .switched)
            #expect(try folder.set(.disabled, of: id) == .wasSo)
            #expect(try text(at: file) == #"{"id": "a", "enabled": false}"#)
            #expect(try mode(of: file) == 0o640)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/a.json") == "real.txt")
        }
    }
}
