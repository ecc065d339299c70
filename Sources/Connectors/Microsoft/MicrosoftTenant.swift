/// Whose accounts log in at Microsoft: the `tenant` of its addresses.
package enum MicrosoftTenant: Sendable, Hashable {
    /// Everybody: work, school and personal accounts.
    case common
    /// Work and school accounts of any organisation.
    case organizations
    /// Personal accounts.
    case consumers
    /// The accounts of one organisation, by the tenant's id.
    case directory(id: String)
    /// The same by one of its domains; its id is learnt from the metadata.
    case domain(String)

    /// The tenant of all personal accounts.
    static let consumerID = "9188040d-6c67-4c5b-b112-36a304b66dad"

    /// Nil unless `text` is one of Microsoft's words, a GUID or a domain.
    package init?(_ text: String) {
        let text = text.lowercased()
        switch text {
        case "common": self = .common
        case "organizations": self = .organizations
        case "consumers", Self.consumerID: self = .consumers
        default:
            if Self.isID(text) {
                self = .directory(id: text)
            } else if Self.isDomain(text) {
                self = .domain(text)
            } else {
                return nil
            }
        }
    }

    /// How the tenant stands in addresses.
    package var name: String {
        switch self {
        case .common: "common"
        case .organizations: "organizations"
        case .consumers: "consumers"
        case .directory(let id): id
        case .domain(let domain): domain
        }
    }

    /// Whether `text` is a GUID as Microsoft writes them, in lower case.
    static func isID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) } }
    }

    private static func isDomain(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1
            && labels.allSatisfy { label in
                !label.isEmpty
                    && label.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".utf8.contains($0) }
            }
    }
}
