package import Broker
import Logging
import OAuth
package import Tracing

/// Carries traces through the broker: in from whoever calls it, out to the providers it calls.
///
/// It keeps no spans and sends none anywhere. Their ids are in the log, and calls to providers that are part of a trace
/// are told there at debug. A trace is never begun here: whoever wants one sends `traceparent`.
package struct W3CTracer: Tracer {
    private let random: any RandomSource

    package init(random: any RandomSource) {
        self.random = random
    }

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let parent = extractor.extract(key: "traceparent", from: carrier),
            var trace = TraceContext(parent: parent)
        else { return }
        trace.state = extractor.extract(key: "tracestate", from: carrier).flatMap(TraceState.init)
        context.trace = trace
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.parent, forKey: "traceparent", into: &carrier)
        if let state = trace.state { injector.inject(state.text, forKey: "tracestate", into: &carrier) }
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> W3CSpan {
        var context = context()
        guard let trace = context.trace else { return W3CSpan(context: context, call: nil) }
        context.trace = trace.child(random.bytes(Bits128.self).bytes)
        switch kind {
        case .client:
            let begin = instant().nanosecondsSinceEpoch
            return W3CSpan(context: context, call: W3CSpan.Call(parent: trace.spanID, begin: begin))
        default: return W3CSpan(context: context, call: nil)
        }
    }

    package func forceFlush() {}
}

/// A span that lives in the context and in the log only.
package struct W3CSpan: Span {
    /// A call to another service.
    struct Call: Sendable {
        let parent: String
        /// Nanoseconds since 1970.
        let begin: UInt64
    }

    package let context: InstrumentationContext
    let call: Call?

    package var isRecording: Bool { false }
    package var operationName: String {
        get { "" }
        nonmutating set {}
    }
    package var attributes: SpanAttributes {
        get { [:] }
        nonmutating set {}
    }

    package func setStatus(_ status: SpanStatus) {}
    package func addEvent(_ event: SpanEvent) {}
    package func addLink(_ link: SpanLink) {}

    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {}

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard let call, let trace = context.trace else { return }
        let end = instant().nanosecondsSinceEpoch
        Logger.current.debug(
            "Upstream call",
            metadata: [
                TraceContext.traceKey: .string(trace.traceID), TraceContext.spanKey: .string(trace.spanID),
                "parent_id": .string(call.parent),
                "duration_us": .string(String(end > call.begin ? (end - call.begin) / 1000 : 0)),
            ])
    }
}

extension TraceContext {
    /// The names of its ids in the log.
    package static let traceKey = "trace_id"
    package static let spanKey = "span_id"
}

extension InstrumentationContext {
    private enum Key: InstrumentationContextKey {
        typealias Value = TraceContext
    }

    /// The trace that is under way.
    package var trace: TraceContext? {
        get { self[Key.self] }
        set { self[Key.self] = newValue }
    }
}
