/// The parameter `claims` (OIDC Core §5.5) as a client sends it.
package struct ClaimsParameter: Sendable {
    /// Not the JSON that the specification describes, or beyond what is read of it.
    package struct Malformed: Error, Sendable, Equatable {}

    /// The claims asked for by name; what they are to be is said only of those below.
    package let selection: ClaimSelection
    /// The classes of which the login is to be (`acr` of `id_token`, §5.5.1.1).
    package let context: ContextDemand?
    /// The people, as the client knows them, of whom one is to be logged in (`sub`); nil where anybody is.
    package let subjects: Set<String>?

    /// Most claims and values in it.
    private static let maximumCount = 256
    /// Longest `sub`, in bytes (OIDC Core §2).
    private static let maximumSubjectLength = 255

    /// Reads `text`. Members and claims that are not known mean nothing (§5.5, §5.5.1).
    package init(parsing text: String) throws(Malformed) {
        guard
            let document = try? UntrustedJSON.decode(
                JSONValue.self, from: Array(text.utf8), values: Self.maximumCount),
            let members = document.object
        else { throw Malformed() }
        let idToken = try Self.demands(members["id_token"])
        let userInfo = try Self.demands(members["userinfo"])
        selection = ClaimSelection(
            idToken: idToken.keys.filter(BrokerClaims.leaveFree), userInfo: userInfo.keys.filter(BrokerClaims.leaveFree)
        )
        context = try Self.context(idToken["acr"])
        var subjects: Set<String>?
        for demand in [idToken["sub"], userInfo["sub"]] {
            guard let named = try Self.subjects(demand) else { continue }
            subjects = subjects?.intersection(named) ?? named
        }
        self.subjects = subjects
    }

    /// What is asked of one claim.
    private struct Demand {
        var isEssential = false
        /// What it is to be; empty where that is not said.
        var values: [JSONValue] = []
    }

    private static func demands(_ node: JSONValue?) throws(Malformed) -> [String: Demand] {
        switch node {
        case nil, .null: return [:]
        case .object(let members):
            var demands: [String: Demand] = [:]
            for (name, node) in members { demands[name] = try demand(node) }
            return demands
        case .bool, .integer, .number, .string, .array: throw Malformed()
        }
    }

    private static func demand(_ node: JSONValue) throws(Malformed) -> Demand {
        guard node != .null else { return Demand() }
        guard let members = node.object else { throw Malformed() }
        var demand = Demand()
        switch members["essential"] {
        case nil: break
        case .bool(let isEssential): demand.isEssential = isEssential
        case .some: throw Malformed()
        }
        switch (members["value"], members["values"]) {
        case (nil, nil): break
        case (let value?, nil): demand.values = [value]
        case (nil, .array(let values)) where !values.isEmpty: demand.values = values
        // Which of the two would count is nowhere said.
        case (_, .some): throw Malformed()
        }
        return demand
    }

    private static func context(_ demand: Demand?) throws(Malformed) -> ContextDemand? {
        guard let demand, !demand.values.isEmpty else { return nil }
        let names = demand.values.compactMap(\.string)
        guard names.count == demand.values.count,
            let context = ContextDemand(names, weight: demand.isEssential ? .essential : .voluntary)
        else { throw Malformed() }
        return context
    }

    private static func subjects(_ demand: Demand?) throws(Malformed) -> Set<String>? {
        guard let demand, !demand.values.isEmpty else { return nil }
        let names = demand.values.compactMap(\.string)
        guard names.count == demand.values.count,
            names.allSatisfy({ (1...maximumSubjectLength).contains($0.utf8.count) })
        else { throw Malformed() }
        return Set(names)
    }
}
