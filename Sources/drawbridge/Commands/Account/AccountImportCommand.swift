import ArgumentParser
import Broker
import Storage

/// `drawbridge account import`.
struct AccountImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Create all accounts of a file that are not there yet.",
        discussion: """
            The file is a JSON array of objects with the members username, email, email_verified, name, claims, and either \
            password or password_hash (Argon2id in the PHC format). The whole file is checked before the first account \
            is made; should one fail after all, those before it stay, and the message says which one it was.

            EXAMPLE:
              [{"username": "jana", "email": "jana@city.example",
                "password_hash": "$argon2id$v=19$m=19456,…"}]
            """)

    @Argument(help: "The JSON file, or - for standard input.")
    var file: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let entries = try ImportFile<AccountEntry>(path: file).entries
        try await DataFolder.with(data.configuration(), .creating) { folder in
            try await check(entries, in: folder)
            var made: [LocalAccount] = []
            for (index, entry) in entries.enumerated() {
                do {
                    made.append(try await folder.accounts.create(entry.account))
                } catch {
                    let cause = Complaint.explaining(error)
                    throw Complaint("\(place(index, entry)): \(cause). The \(made.count) before it were imported.")
                }
            }
            try output.show(AnswerList(made.map(AccountRecord.init), text: "Accounts created: \(made.count)"))
        }
    }

    /// Finds whatever can be found before the first account is made.
    private func check(_ entries: [AccountEntry], in folder: DataFolder) async throws {
        var seen: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            let key: String
            do throws(AccountRegistry.Flaw) {
                key = try entry.account.check().key
            } catch {
                throw Complaint("\(place(index, entry)): \(error.sentence). Nothing was imported.")
            }
            if let first = seen[key] {
                throw Complaint("\(place(index, entry)): entry \(first + 1) has this user name. Nothing was imported.")
            }
            guard try await folder.accounts.account(userName: entry.userName) == nil else {
                throw Complaint("\(place(index, entry)): the user name is taken. Nothing was imported.")
            }
            seen[key] = index
        }
    }

    private func place(_ index: Int, _ entry: AccountEntry) -> String {
        "\(file), entry \(index + 1) (\(LogText.oneLine(entry.userName)))"
    }
}
