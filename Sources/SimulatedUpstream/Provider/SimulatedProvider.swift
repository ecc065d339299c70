import FoundationEssentials
import OAuth
import Synchronization

/// An identity provider in memory that can be told to misbehave: a Cognito-like pool and an OpenID provider in one.
///
/// Injecting a fault takes effect with the next request; nothing else about a running provider changes.
package final class SimulatedProvider: Sendable {
    package let configuration: ProviderConfiguration
    let keys: ProviderKeys
    private let state = Mutex(ProviderState())
    let binding: Mutex<Binding>

    /// Prepares a provider that signs with `keys`; ``run()`` serves it.
    package init(_ configuration: ProviderConfiguration, keys: ProviderKeys) {
        self.configuration = configuration
        self.keys = keys
        binding = Mutex(Binding(port: configuration.port == 0 ? nil : configuration.port))
    }

    /// Prepares a provider that signs with the keys all providers of this process share.
    package convenience init(_ configuration: ProviderConfiguration) throws {
        self.init(configuration, keys: try ProviderKeys.shared())
    }

    /// What browsers and clients call the provider, without a trailing slash.
    ///
    /// Names port 0 until the provider listens, where it was told to take any.
    package var baseURL: String {
        configuration.baseURL ?? "http://localhost:\(binding.withLock(\.port) ?? 0)"
    }

    /// The `iss` of tokens for clients of that face.
    package func issuer(of face: SimulatedClient.Face) -> String {
        switch face {
        case .pool: configuration.poolIssuer ?? "\(baseURL)/\(configuration.poolID)"
        case .openID: baseURL
        }
    }

    /// The full address of `endpoint`.
    package func address(of endpoint: Endpoint) -> String {
        baseURL + endpoint.path(poolID: configuration.poolID)
    }

    /// Reads or changes what the provider remembers, nobody else doing so meanwhile.
    func withState<Value, Failure: Error>(
        _ body: (inout ProviderState) throws(Failure) -> sending Value
    ) throws(Failure) -> sending Value {
        try state.withLock { state throws(Failure) in try body(&state) }
    }

    func person(named userName: String) -> SimulatedPerson? {
        configuration.people.first { $0.userName == userName || $0.email == userName }
    }

    func client(_ id: String) -> SimulatedClient? {
        configuration.clients.first { $0.id == id }
    }

    /// A random opaque handle.
    func handle(bytes count: Int) -> String {
        Base64URL.encode(configuration.randomness(count))
    }

    /// A random UUID of version 4 (RFC 9562 §5.4).
    func uuid() -> String {
        var bytes = configuration.randomness(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 0x0F, radix: 16) }
        return [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10..<16]]
            .map { $0.joined() }.joined(separator: "-")
    }
}

// Telling the provider how to behave, and asking what it saw.
extension SimulatedProvider {
    /// The faults in force.
    package var faults: Set<Fault> { withState(\.faults) }

    /// Adds `faults` to those in force.
    package func inject(_ faults: Fault...) {
        withState { $0.faults.formUnion(faults) }
    }

    /// Ends every fault.
    package func heal() {
        withState { $0.faults = [] }
    }

    /// How often `endpoint` was asked, spoilt answers included.
    package func requestCount(_ endpoint: Endpoint) -> Int {
        withState { $0.requests[endpoint, default: 0] }
    }

    /// How often a refresh token was presented, whichever way.
    package var refreshCount: Int { withState(\.refreshes) }

    /// Ends every login at once, as an administrator would ("global sign out").
    package func signEverybodyOut() {
        withState { state in
            for token in state.refreshTokens.keys { state.revoke(refreshToken: token) }
            state.sessions = [:]
        }
    }
}
