import ArgumentParser
import OAuth
import Storage

/// A place of the trail as an argument: `number:link`, as `audit verify` shows it.
struct TrailHeadArgument: ExpressibleByArgument {
    let position: TrailPosition

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), number >= 0, let link = ChainLink(parts[1]) else {
            return nil
        }
        position = TrailPosition(number: number, link: link)
    }
}
