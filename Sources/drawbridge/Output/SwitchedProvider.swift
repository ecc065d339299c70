import Connectors
import OAuth

/// A provider that has been switched on or off, as commands show it.
struct SwitchedProvider: CommandAnswer {
    private let id: ProviderID
    private let enabled: Bool
    private let changed: Bool

    init(id: ProviderID, _ activity: ProviderDefinition.Activity, _ outcome: ProviderFolder.Switch) {
        self.id = id
        enabled = activity == .enabled
        changed = outcome == .switched
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case enabled
        case changed
    }

    var text: String {
        let state = enabled ? "on" : "off"
        return changed
            ? "\(id) is switched \(state). A running broker follows within seconds." : "\(id) was \(state) already."
    }
}
