import Foundation
import Synchronization

/// The figures of one phase, printed as one line of JSON.
struct PhaseReport: Encodable {
    let name: String
    let operations: Int
    let errors: Int
    let firstError: String?
    /// Operations in a second.
    let rate: Double
    /// Microseconds.
    let p50: Double
    let p99: Double
    /// Of the server, for one operation, in microseconds.
    let cpu: Double
    let residentBytes: Int
    /// Transactions that the server committed.
    let commits: UInt32
    /// How often the load looked for one answer before it was there.
    let looks: Double

    /// Writes the line at once, so that whoever reads it knows that the next phase begins.
    func show() throws {
        try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(self) + Data("\n".utf8))
    }
}

/// Measures a stretch of load.
struct PhaseMeasurement {
    private let meter: ServerMeter
    private let before: ServerMeter.Reading
    private let looksBefore: Int
    private let start = ContinuousClock().now

    init(_ server: Plan.Server) throws {
        meter = ServerMeter(server: server)
        before = try meter.read()
        looksBefore = HTTPConnection.vainLooks.load(ordering: .relaxed)
    }

    /// The figures of the time since this was made, in which `samples` came together.
    func report(_ name: String, _ samples: Samples) throws -> PhaseReport {
        let seconds = (ContinuousClock().now - start) / .seconds(1)
        let after = try meter.read()
        let operations = samples.nanoseconds.count
        return PhaseReport(
            name: name, operations: operations, errors: samples.errors, firstError: samples.firstError,
            rate: Double(operations) / seconds, p50: samples.quantile(0.5), p99: samples.quantile(0.99),
            cpu: (after.cpuSeconds - before.cpuSeconds) / Double(max(1, operations)) * 1e6,
            residentBytes: after.residentBytes, commits: after.commits &- before.commits,
            looks: Double(HTTPConnection.vainLooks.load(ordering: .relaxed) - looksBefore) / Double(max(1, operations)))
    }
}
