import Broker
import BrokerTesting
import HTTPTypes
import Hummingbird
import InMemoryLogging
import Logging
import OAuth
import Testing
import Tracing
import Web

@Suite("W3C Trace Context: a request that is part of a trace")
struct RequestTracingTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let parent = "00-\(trace)-b7ad6b7169203331-01"

    private struct Fields: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    }

    private func metadata(_ headers: HTTPFields) async throws -> [Logger.Metadata] {
        let scene = try await WebScene()
        try await scene.test { visitor in
            _ = try await visitor.send(.get, "/oauth2/authorize?client_id=nobody", headers: headers)
        }
        return scene.log.entries.map(\.metadata)
    }

    private func fields(_ parents: String...) -> HTTPFields {
        var headers = HTTPFields()
        for parent in parents {
            headers.append(HTTPField(name: HTTPField.Name("traceparent") ?? .eTag, value: parent))
        }
        return headers
    }

    @Test("Its trace stands in the log beside the Ray ID, with a span of its own")
    func logged() async throws {
        let line = try #require(try await metadata(fields(Self.parent)).last)
        #expect(line["trace_id"] == "\(Self.trace)")
        #expect(line["ray_id"] != nil)
        let span = try #require(line["span_id"]?.description)
        #expect(TraceContext(parent: "00-\(Self.trace)-\(span)-01") != nil)
        #expect(span != "b7ad6b7169203331")
    }

    @Test("A malformed trace, two of them, or none: nothing of it is in the log, and the answer is the same")
    func ignored() async throws {
        for headers in [fields(), fields("00-short-01"), fields(Self.parent, Self.parent)] {
            let line = try #require(try await metadata(headers).last)
            #expect(line["trace_id"] == nil)
            #expect(line["span_id"] == nil)
            #expect(line["http.status"] == "400")
        }
    }

    @Test("It is carried on to whom the broker calls, as a span below")
    func carried() throws {
        let tracer = W3CTracer(random: SeededRandom(seed: 5))
        var context = InstrumentationContext.topLevel
        tracer.extract(["traceparent": Self.parent, "tracestate": "a=1, b=2"], into: &context, using: Fields())
        let span = tracer.startSpan("GET", context: context, ofKind: .client)
        defer { span.end() }
        var outgoing: [String: String] = [:]
        tracer.inject(span.context, into: &outgoing, using: Fields())
        let sent = try #require(outgoing["traceparent"].flatMap { TraceContext(parent: $0) })
        #expect(sent.traceID == Self.trace)
        #expect(sent.spanID != "b7ad6b7169203331")
        #expect(outgoing["tracestate"] == "a=1,b=2")
    }

    @Test("Without a trace nothing is carried on, and a broken tracestate does no harm to a good trace")
    func notCarried() throws {
        let tracer = W3CTracer(random: SeededRandom(seed: 5))
        for incoming in [[:], ["tracestate": "a=1"], ["traceparent": "00-x", "tracestate": "a=1"]] {
            var context = InstrumentationContext.topLevel
            tracer.extract(incoming, into: &context, using: Fields())
            let span = tracer.startSpan("GET", context: context, ofKind: .client)
            var outgoing: [String: String] = [:]
            tracer.inject(span.context, into: &outgoing, using: Fields())
            #expect(outgoing.isEmpty)
        }
        var context = InstrumentationContext.topLevel
        tracer.extract(["traceparent": Self.parent, "tracestate": "BROKEN"], into: &context, using: Fields())
        var outgoing: [String: String] = [:]
        tracer.inject(context, into: &outgoing, using: Fields())
        #expect(outgoing == ["traceparent": Self.parent])
    }
}
