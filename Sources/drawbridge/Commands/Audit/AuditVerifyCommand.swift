import ArgumentParser
import Broker
import OAuth
import Storage

/// `drawbridge audit verify`.
struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Tell whether an event of the trail was altered or removed.",
        discussion: """
            Every event is linked to all before it, and a running broker seals the newest link with the master key. Note \
            the head that is shown, on another machine, and give it the next time: then not even who holds the master \
            key can rewrite what came before. Ends with status 2, and the first broken place, if the trail is not what \
            was written.

            EXAMPLES:
              drawbridge audit verify
              drawbridge audit verify --head 1042:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef
            """)

    @Option(help: ArgumentHelp("A head that was noted earlier.", valueName: "number:link"))
    var head: TrailHeadArgument?

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await DataFolder.with(data.configuration()) { folder in
            let verification = TrailVerification(store: folder.store, keyRing: try folder.keyRing())
            let verdict = try await verification.verdict(expecting: head?.position)
            try output.show(TrailReport(verdict))
            if verdict.flaw != nil { throw ExitCode.checkFailed }
        }
    }
}
