import ArgumentParser
import Broker
import OAuth
import Storage

extension Complaint {
    /// `error` as something to print: an error of the parts below becomes a sentence, one of the parser's stays.
    static func explaining(_ error: any Error) -> any Error {
        switch error {
        case let error as StoreError: Complaint(error.sentence)
        case let error as AccountRegistry.Flaw: Complaint(error.sentence)
        case let error as ClientMetadata.Flaw: Complaint(error.description)
        case let error as MasterKeyFile.Problem: Complaint(error.description)
        default: error
        }
    }
}

extension StoreError {
    /// The error in words for the operator.
    fileprivate var sentence: String {
        switch self {
        case .conflict: "the name is taken"
        case .notFound: "there is nothing of that name"
        case .corrupt(let table): "a row of the table \(table) cannot be read: the database is damaged, or newer"
        case .newerSchema: "the database was made by a newer version of this program"
        case .unavailable(let reason): "the database cannot be used: \(reason)"
        case .unstorable: "a text holds a character that cannot be stored"
        }
    }
}

extension AccountRegistry.Flaw {
    /// The flaw in words for whoever typed it.
    var sentence: String {
        switch self {
        case .userName: "the user name is empty, too long, or holds characters that no user name can have"
        case .email: "the e-mail address is not one"
        case .name: "the name must be 1 to 200 bytes long"
        case .claim(let name): "no claim about a person can be called \"\(LogText.oneLine(name))\""
        case .passwordTooShort(let minimum): "the password is shorter than \(minimum) characters"
        case .passwordHash: "the password hash is not an Argon2id one in the PHC format ($argon2id$v=19$…)"
        case .passwordTooLong(let maximum): "the password is longer than \(maximum) bytes"
        }
    }
}
