package import NIOCore
package import OAuth

/// What the transports of all providers have in common; each provider gets clients, limits and a breaker of its own.
package struct UpstreamNetwork: Sendable {
    private let group: any EventLoopGroup
    private let limits: UpstreamHTTP.Limits
    private let now: @Sendable () -> ContinuousClock.Instant
    private let report: @Sendable (UpstreamEvent, ProviderID) -> Void
    private let meter: UpstreamMeter

    /// Requests run on the threads of `group`; `report` hears what goes wrong, `meter` how long everything takes.
    package init(
        on group: any EventLoopGroup, limits: UpstreamHTTP.Limits = UpstreamHTTP.Limits(),
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        report: @escaping @Sendable (UpstreamEvent, ProviderID) -> Void, meter: UpstreamMeter = UpstreamMeter()
    ) {
        self.meter = meter
        self.group = group
        self.limits = limits
        self.now = now
        self.report = report
    }

    /// A transport to the provider that `definition` describes.
    package func transport(to definition: ProviderDefinition) -> UpstreamHTTP {
        let (id, report, meter) = (definition.id, report, meter)
        return UpstreamHTTP(
            UpstreamClients(on: group, trusting: definition.authorities), limits: limits, now: now,
            report: { report($0, id) },
            measure: { meter.record($1, UpstreamMeter.Label(provider: id, outcome: $0)) })
    }
}
