import ArgumentParser
import Broker
import OAuth
import Storage
import StorageSQLite

/// `drawbridge key rotate`.
struct KeyRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Let the next signing key take over before its time.",
        discussion: """
            The new key is published at once and signs a day later (a quarter of a shorter --signing-key-lifetime), when \
            every copy of the published keys has it. The key before it stays published, as retiring, until what it \
            signed has expired. A running serve does all of this by itself every 90 days.
            """)

    @Option(
        name: [.customLong("algorithm"), .customLong("alg")],
        help: "RS256, ES256, EdDSA or ML-DSA-65; all there are, if none is named.")
    var algorithm: SignatureAlgorithm?

    @Flag(
        help: """
            The keys are in wrong hands: fresh ones sign in 15 seconds, and one that was waiting never does. Then retire \
            the old ones with --now.
            """)
    var now = false

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let keys = try await folder.signingKeys(try folder.keyRing())
            let present = Set(try await folder.store.signingKeys().map(\.algorithm))
            for algorithm in algorithm.map({ [$0] }) ?? SignatureAlgorithm.allCases.filter(present.contains) {
                do {
                    _ = try await keys.rotate(algorithm, now ? .compromised : .planned)
                } catch is SigningKeys.Missing {
                    throw Complaint("there is no \(algorithm.rawValue) key: it is made when a client first needs it")
                } catch StoreError.conflict {
                    throw Complaint("another process has just changed the \(algorithm.rawValue) keys: look again")
                }
            }
            try output.show(SigningKeyRecord.list(try await folder.store.signingKeys()))
        }
    }
}

extension SignatureAlgorithm: ExpressibleByArgument {}
