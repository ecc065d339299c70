import ArgumentParser
import Broker
import OAuth
import Storage
import StorageSQLite

/// `drawbridge key rotate`.
struct KeyRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a new signing key and use it from now on.",
        discussion: "The key before it stays published, as retiring.")

    @Option(
        name: [.customLong("algorithm"), .customLong("alg")], help: "RS256, ES256 or EdDSA; all, if none is named.")
    var algorithm: SignatureAlgorithm?

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let keys = try await folder.signingKeys(try folder.keyRing())
            for algorithm in algorithm.map({ [$0] }) ?? SignatureAlgorithm.allCases {
                _ = try await keys.rotate(algorithm)
            }
            try output.show(SigningKeyRecord.list(try await folder.store.signingKeys()))
        }
    }
}

extension SignatureAlgorithm: ExpressibleByArgument {}
