/// Why a provider file cannot be used: which file, which line, which key, and what is wrong there.
package struct ProviderFileProblem: Error, Sendable, Hashable {
    /// What is wrong.
    package enum Reason: Sendable, Hashable {
        case unreadable
        case tooLong
        case syntax(expected: String)
        /// Perhaps with the key that was meant.
        case unknownKey(suggestion: String?)
        case repeatedKey
        case missingKey
        case wrongType(expected: String, found: String)
        case badValue(expected: String)
        case address(UpstreamEndpoint.Flaw)
        case idIsNotFileName(id: String)
        case duplicateID(id: String)
        /// No reason to refuse the file: the operator is only told.
        case exposedSecret(path: String)
    }

    /// The file's name in its folder, or the folder's path where that is the problem.
    package let file: String
    package let line: Int?
    /// A JSON path such as `$.allow.hosted_domains[0]`.
    package let key: String?
    package let reason: Reason

    package init(file: String, line: Int? = nil, key: String? = nil, reason: Reason) {
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason
    }
}

extension ProviderFileProblem: CustomStringConvertible {
    package var description: String {
        let place = [file, line.map { "line \($0)" }, key].compactMap(\.self).joined(separator: ", ")
        return "\(place): \(reason)"
    }
}

extension ProviderFileProblem.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable: "cannot be read"
        case .tooLong: "is longer than a provider file can be"
        case .syntax(let expected): "is not JSON: expected \(expected)"
        case .unknownKey(nil): "is not a key of this type of provider"
        case .unknownKey(let suggestion?): "is not a key of this type of provider; did you mean \(suggestion)?"
        case .repeatedKey: "is there twice"
        case .missingKey: "is missing"
        case .wrongType(let expected, let found): "should be \(expected), not \(found)"
        case .badValue(let expected): "should be \(expected)"
        case .address(.malformed): "should be an absolute https address without user name and fragment"
        case .address(.insecure): "should be https; plain http is for loopback addresses only"
        case .address(.privateAddress): "leads into a private network"
        case .idIsNotFileName(let id): "says \(id), which is not the file's name"
        case .duplicateID(let id): "says \(id), which another file is named for"
        case .exposedSecret(let path): "comes from \(path), which everybody on this machine may read"
        }
    }
}
