import OAuth
import Storage

/// An event of the trail as commands show it.
struct AuditRecord: Encodable {
    private let event: AuditEvent

    init(_ event: AuditEvent) {
        self.event = event
    }

    private enum CodingKeys: String, CodingKey {
        case event
        case at
        case ray = "ray_id"
        case account
        case client = "client_id"
        case provider
        case grant
        case address
        case reason
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(event.kind, forKey: .event)
        try container.encode(event.at.iso8601, forKey: .at)
        try container.encode(event.ray?.description, forKey: .ray)
        try container.encode(event.account, forKey: .account)
        try container.encode(event.client, forKey: .client)
        try container.encode(event.provider, forKey: .provider)
        try container.encode(event.grant, forKey: .grant)
        try container.encode(event.address, forKey: .address)
        try container.encode(event.reason, forKey: .reason)
    }

    /// Events as a table.
    static func table(_ events: [AuditEvent]) -> String {
        var table = TextTable("TIME", "EVENT", "CLIENT", "ACCOUNT", "PROVIDER", "FROM", "RAY ID", "REASON")
        for event in events {
            table.add(
                event.at.iso8601, event.kind.rawValue, event.client?.rawValue ?? "", event.account?.rawValue ?? "",
                event.provider?.rawValue ?? "", event.address ?? "", event.ray?.description ?? "", event.reason ?? "")
        }
        return table.text(orElse: "No event fits.")
    }
}
