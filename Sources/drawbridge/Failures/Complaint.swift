import ArgumentParser
import Foundation
import SystemPackage

/// Why a command could not do what was asked, as one sentence for whoever asked.
struct Complaint: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// What the operating system said behind a Foundation error.
    static func reason(of error: any Error) -> String {
        guard let posix = (error as? CocoaError)?.underlying as? POSIXError else { return error.localizedDescription }
        return Errno(rawValue: posix.code.rawValue).description
    }
}

extension ExitCode {
    /// A check found something that will not work.
    static let checkFailed = ExitCode(2)
}
