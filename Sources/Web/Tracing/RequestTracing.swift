import HTTPTypes
import Hummingbird
import Tracing

/// The part of a request's handling that belongs to its caller's trace, if it has one.
struct RequestTracing: Sendable {
    let tracer: any Tracer

    /// The span of a request that is part of a trace; nil for any other, at the price of looking for the field.
    func begin(_ request: Request) -> (any Span)? {
        guard request.headers.contains(.traceparent) else { return nil }
        var context = InstrumentationContext.topLevel
        tracer.extract(request.headers, into: &context, using: FieldExtractor())
        guard context.trace != nil else { return nil }
        return tracer.startAnySpan(request.method.rawValue, context: context, ofKind: .server)
    }

    private struct FieldExtractor: Extractor {
        func extract(key: String, from fields: HTTPFields) -> String? {
            guard let name = HTTPField.Name(key) else { return nil }
            let values = fields[values: name]
            // Of `tracestate` there may be several fields, which are one list; two of `traceparent` make none that reads.
            return values.isEmpty ? nil : values.joined(separator: ",")
        }
    }
}

extension Span {
    /// Does `work` as part of the span, and ends it.
    func cover<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        defer { end() }
        return try await InstrumentationContext.withValue(context) { try await work() }
    }
}

extension HTTPField.Name {
    static let traceparent = HTTPField.Name("traceparent") ?? .eTag
}
