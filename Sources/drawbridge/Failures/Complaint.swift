import ArgumentParser

/// Why a command could not do what was asked, as one sentence for whoever asked.
struct Complaint: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension ExitCode {
    /// A check found something that will not work.
    static let checkFailed = ExitCode(2)
}
