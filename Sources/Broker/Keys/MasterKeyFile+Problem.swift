package import OAuth

extension MasterKeyFile {
    /// Why there are no keys, in words an operator can act on. It never holds any part of a key.
    package struct Problem: Error, Equatable, Sendable {
        package enum Reason: Equatable, Sendable {
            case file(FileFailure)
            case readableByOthers(mode: UInt32)
            case notText
            case noKey
            /// A line, counted from 1, that is no key.
            case badLine(Int, MasterKey.Flaw)
            /// A line, counted from 1, in which no time stands where one should.
            case badTime(Int)
        }

        package let path: String
        package let reason: Reason
    }
}

extension MasterKeyFile.Problem: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .file(let failure):
            "master key file \(path): \(failure)"
        case .readableByOthers(let mode):
            "master key file \(path) has mode 0\(String(mode, radix: 8)): others than its owner can get at it. "
                + "Mend it with: chmod 600 '\(path)'"
        case .notText:
            "master key file \(path) is not text"
        case .noKey:
            "master key file \(path) holds no key: one base64 key of 32 bytes a line is expected"
        case .badLine(let line, .wrongLength(let count)):
            "master key file \(path), line \(line): \(count) characters, but a key of 32 bytes has 44 in base64"
        case .badLine(let line, .notEncoded):
            "master key file \(path), line \(line): neither base64 nor hexadecimal"
        case .badTime(let line):
            "master key file \(path), line \(line): \(MasterKeyEntry.timeName) should be followed by a time such as "
                + "2027-01-15T08:00:00Z"
        }
    }
}
