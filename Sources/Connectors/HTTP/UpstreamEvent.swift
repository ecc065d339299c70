import Logging
package import OAuth

/// What happens between the broker and one provider that an operator should hear of.
package enum UpstreamEvent: Sendable, Equatable {
    /// A request got no answer, or one that says the provider cannot answer; `after` counts from asking.
    case exchangeFailed(UpstreamEndpoint, cause: String, after: Duration)
    /// The provider is left alone for a while.
    case circuitOpened(pause: Duration)
    /// One request is let through to see whether the provider is back.
    case circuitProbing
    /// The provider is back.
    case circuitClosed
}

extension UpstreamEvent {
    /// Writes the event to the log of whoever asks, which knows the Ray ID.
    package func log(at provider: ProviderID) {
        let logger = Logger.current
        switch self {
        case .exchangeFailed(let endpoint, let cause, let duration):
            logger.warning(
                "Upstream request failed",
                metadata: [
                    "connector.id": "\(provider)", "upstream.endpoint": "\(endpoint)", "cause": "\(cause)",
                    "duration_us": "\(duration.microseconds)",
                ])
        case .circuitOpened(let pause):
            logger.warning(
                "A provider is left alone for a while",
                metadata: ["connector.id": "\(provider)", "pause_s": "\(pause.components.seconds)"])
        case .circuitProbing:
            logger.notice("A provider is tried again", metadata: ["connector.id": "\(provider)"])
        case .circuitClosed:
            logger.notice("A provider is back", metadata: ["connector.id": "\(provider)"])
        }
    }
}

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
