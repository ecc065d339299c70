import Broker
import OAuth

/// Where the data is. Keys:
/// - `data` (path, default `./data`): the data folder.
/// - `database-url` (`sqlite:PATH`, default `drawbridge.sqlite` in the data folder): the database.
/// - `master-key` (environment only, secret): one or more master keys instead of the file `master.key` in the data
///   folder, separated by commas or spaces. The first one seals.
/// - `argon2` (`m=KiB,t=passes,p=lanes`, default `m=19456,t=2,p=1`): what new password hashes cost. A hash with other
///   parameters still verifies, and is made anew at the next login.
/// - `signing-key-lifetime` (days, 1 to 3650, default 90): for how long a signing key signs.
struct DataConfiguration: Sendable {
    let folder: String
    let database: String
    let masterKeys: MasterKeySource
    let argon2: Argon2Parameters
    let keySchedule: KeySchedule

    /// Where the master keys come from.
    enum MasterKeySource: Sendable, CustomStringConvertible {
        case file(String)
        case environment([MasterKey])

        var description: String {
            switch self {
            case .file(let path): path
            case .environment: Setting.masterKey.variable
            }
        }
    }

    init(_ settings: Settings) throws(ConfigurationFlaw) {
        let folder = try settings.path(.data) ?? "data"
        self.folder = folder
        database = try Self.database(settings) ?? "\(folder)/drawbridge.sqlite"
        masterKeys = try Self.masterKeys(settings).map(MasterKeySource.environment) ?? .file("\(folder)/master.key")
        argon2 =
            try settings.value(.argon2, expecting: "m=KiB,t=passes,p=lanes, such as m=19456,t=2,p=1") { text in
                Argon2Parameters(setting: text)
            } ?? .standard
        keySchedule =
            try settings.value(.signingKeyLifetime, expecting: "a number of days from 1 to 3650") { text in
                Int(text).flatMap { (1...3650).contains($0) ? KeySchedule(days: $0) : nil }
            } ?? KeySchedule()
    }

    private static func database(_ settings: Settings) throws(ConfigurationFlaw) -> String? {
        try settings.value(.databaseURL, expecting: "sqlite:PATH, the only kind of database there is so far") { text in
            guard text.hasPrefix("sqlite:") else { return nil }
            let path = text.dropFirst("sqlite:".count)
            // sqlite:///absolute is how other programs write it; sqlite://host/path would name another machine.
            guard path.hasPrefix("//") else { return path.isEmpty ? nil : String(path) }
            return path.hasPrefix("///") && path.count > 3 ? String(path.dropFirst(2)) : nil
        }
    }

    private static func masterKeys(_ settings: Settings) throws(ConfigurationFlaw) -> [MasterKey]? {
        guard let text = settings[.masterKey] else { return nil }
        var keys: [MasterKey] = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            do throws(MasterKey.Flaw) {
                keys.append(try MasterKey(parsing: part))
            } catch {
                throw ConfigurationFlaw(
                    environmentOnly: .masterKey,
                    "holds a key (number \(keys.count + 1)) that is not 32 bytes as base64 or hexadecimal digits")
            }
        }
        guard !keys.isEmpty else { throw ConfigurationFlaw(environmentOnly: .masterKey, "is set but holds no key") }
        return keys
    }
}

extension Argon2Parameters {
    /// Reads `m=19456,t=2,p=1`, the spelling of PHC strings; nil for another one, and for parameters out of bounds.
    fileprivate init?(setting text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = zip(parts, ["m=", "t=", "p="]).compactMap { part, name in
            part.hasPrefix(name) ? Int(part.dropFirst(name.count)) : nil
        }
        guard parts.count == 3, numbers.count == 3,
            let parameters = try? Argon2Parameters(
                memoryKiB: numbers[0], iterations: numbers[1], parallelism: numbers[2])
        else { return nil }
        self = parameters
    }
}
