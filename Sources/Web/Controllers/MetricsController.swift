import Broker
import HTTPTypes
import Hummingbird

/// `/metrics`, which is not there for anybody but those who may read it.
struct MetricsController: Sendable {
    let access: MetricsAccess
    let broker: BrokerEnvironment

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self).get("metrics", use: metrics)
    }

    @Sendable private func metrics(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let hops = request.values(of: .forwardedFor)
        guard access.admits(context.address, peer: context.peerAddress, forwardedFor: hops) else {
            throw HTTPError(.notFound)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: access.text(broker))))
    }
}
