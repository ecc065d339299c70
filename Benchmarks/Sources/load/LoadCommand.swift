import Foundation

/// Reads a ``Plan`` from standard input, carries it out, and prints one line of JSON for each phase.
@main
struct LoadCommand {
    static func main() throws {
        let plan = try JSONDecoder().decode(Plan.self, from: FileHandle.standardInput.readDataToEndOfFile())
        switch plan.work {
        case .plain(let seconds): try PlainLoad(plan: plan, seconds: seconds).run()
        case .steps(let operations): try StepsLoad(plan: plan, operations: operations).run()
        case .flow(let operations): try FlowLoad(plan: plan, operations: operations).run()
        }
    }
}
