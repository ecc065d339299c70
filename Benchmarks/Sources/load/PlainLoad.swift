/// The plainest request, for as long as told.
struct PlainLoad {
    let plan: Plan
    let seconds: Double

    func run() throws {
        let measurement = try PhaseMeasurement(plan.server)
        let deadline = ContinuousClock().now + .seconds(seconds)
        let shares = try Crew.run(plan.connections, port: plan.port) { _, connection in
            var samples = Samples()
            while ContinuousClock().now < deadline {
                _ = try samples.time {
                    let answer = try connection.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    guard answer.status == 200, answer.body.elementsEqual("drawbridge".utf8) else {
                        throw Mismatch("plain: \(answer.status)")
                    }
                }
            }
            return samples
        }
        var samples = Samples()
        for share in shares { samples.add(share) }
        try measurement.report("plain", samples).show()
    }
}
