package import OAuth

/// What the transports of all providers have in common; each provider gets a thread, clients, limits and a
/// breaker of its own.
package struct UpstreamNetwork: Sendable {
    private let loops: UpstreamLoops
    private let limits: UpstreamHTTP.Limits
    private let now: @Sendable () -> ContinuousClock.Instant
    private let report: @Sendable (UpstreamEvent, ProviderID) -> Void
    private let meter: UpstreamMeter

    /// Requests run on the threads of `loops`; `report` hears what goes wrong, `meter` how long everything takes.
    package init(
        on loops: UpstreamLoops = UpstreamLoops(), limits: UpstreamHTTP.Limits = UpstreamHTTP.Limits(),
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        report: @escaping @Sendable (UpstreamEvent, ProviderID) -> Void, meter: UpstreamMeter = UpstreamMeter()
    ) {
        self.meter = meter
        self.loops = loops
        self.limits = limits
        self.now = now
        self.report = report
    }

    /// A transport to the provider that `definition` describes.
    package func transport(to definition: ProviderDefinition) -> UpstreamHTTP {
        let (id, loops, report, meter) = (definition.id, loops, report, meter)
        return UpstreamHTTP(
            UpstreamClients(on: { loops.group(of: id) }, trusting: definition.authorities), limits: limits, now: now,
            report: { report($0, id) },
            measure: { meter.record($1, UpstreamMeter.Label(provider: id, outcome: $0)) })
    }
}
