/// Whole flows: every connection is a person who comes back with a session, gets a code, has it redeemed, and whose
/// claims are read, again and again.
struct FlowLoad {
    let plan: Plan
    let operations: Plan.Operations

    private struct Share: Sendable {
        var whole = Samples()
        var authorize = Samples()
        var redeem = Samples()
        var userInfo = Samples()
    }

    func run() throws {
        let (operations, port) = (operations, plan.port)
        let measurement = try PhaseMeasurement(plan.server)
        let deadline = ContinuousClock().now + .seconds(operations.amount)
        let shares = try Crew.run(plan.connections, port: port) { number, connection in
            let broker = BrokerClient(operations.client, on: connection)
            let person = operations.people[number % operations.people.count]
            var share = Share()
            while ContinuousClock().now < deadline {
                var whole = share.whole
                _ = try whole.time { try Self.flow(broker, person, &share) }
                share.whole = whole
            }
            return share
        }
        var sum = Share()
        for share in shares {
            sum.whole.add(share.whole)
            sum.authorize.add(share.authorize)
            sum.redeem.add(share.redeem)
            sum.userInfo.add(share.userInfo)
        }
        try measurement.report("whole flow", sum.whole).show()
        try measurement.report("its authorize", sum.authorize).show()
        try measurement.report("its redeem", sum.redeem).show()
        try measurement.report("its userinfo", sum.userInfo).show()
    }

    private static func flow(_ broker: BrokerClient, _ person: Plan.Person, _ share: inout Share) throws {
        guard let code = try share.authorize.time({ try broker.authorize(person) }),
            let tokens = try share.redeem.time({ try broker.redeem(code) }),
            try share.userInfo.time({ try broker.userInfo(tokens.accessToken, of: person) }) != nil
        else { throw Mismatch("the flow was not finished") }
    }
}
