/// The steps of a flow one after the other, so that each one's cost is known: all codes are fetched, then all are
/// redeemed, then every access token is used, then every chain of refresh tokens goes on.
struct StepsLoad {
    let plan: Plan
    let operations: Plan.Operations

    private struct Held<Value: Sendable>: Sendable {
        let value: Value
        let person: Plan.Person
    }

    func run() throws {
        let people = operations.people
        let starts = (0..<operations.amount).map { Held(value: (), person: people[$0 % people.count]) }
        let codes = try phase("authorize", on: starts) { client, start in
            try client.authorize(start.person)
        }
        let tokens = try phase("redeem", on: codes) { client, code in try client.redeem(code.value) }
        _ = try phase("userinfo", on: tokens) { client, tokens in
            try client.userInfo(tokens.value.accessToken, of: tokens.person)
        }
        try refreshChains(tokens)
    }

    /// Each connection does its share of `items`, in order.
    private func phase<Input: Sendable, Output: Sendable>(
        _ name: String, on items: [Held<Input>],
        _ operation: @escaping @Sendable (BrokerClient, Held<Input>) throws -> Output
    ) throws -> [Held<Output>] {
        let (client, connections) = (operations.client, plan.connections)
        let measurement = try PhaseMeasurement(plan.server)
        let shares = try Crew.run(connections, port: plan.port) { number, connection in
            let broker = BrokerClient(client, on: connection)
            var samples = Samples()
            var outputs: [Held<Output>] = []
            for index in stride(from: number, to: items.count, by: connections) {
                let item = items[index]
                guard let output = try samples.time({ try operation(broker, item) }) else { continue }
                outputs.append(Held(value: output, person: item.person))
            }
            return (samples, outputs)
        }
        var samples = Samples()
        for share in shares { samples.add(share.0) }
        try measurement.report(name, samples).show()
        return shares.flatMap(\.1)
    }

    /// Every connection refreshes one grant again and again, each time with the token of the answer before.
    private func refreshChains(_ tokens: [Held<BrokerClient.Tokens>]) throws {
        let (client, connections, amount) = (operations.client, plan.connections, operations.amount)
        let measurement = try PhaseMeasurement(plan.server)
        let shares = try Crew.run(connections, port: plan.port) { number, connection in
            let broker = BrokerClient(client, on: connection)
            var samples = Samples()
            guard number < tokens.count else { return samples }
            var token = tokens[number].value.refreshToken
            for _ in 0..<(amount / connections) {
                guard let next = try samples.time({ try broker.refresh(token) }) else { break }
                token = next.refreshToken
            }
            return samples
        }
        var samples = Samples()
        for share in shares { samples.add(share) }
        try measurement.report("refresh", samples).show()
    }
}
