import Hummingbird
import NIOCore

/// `/` and `/assets`.
struct HomeController: Sendable {
    let environment: WebEnvironment

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("", use: home)
            .get("assets/:name", use: asset)
    }

    @Sendable private func home(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        environment.render(HomePage(), for: request, address: PageLink(path: "/"))
    }

    @Sendable private func asset(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        guard let name = context.parameters.get("name"), let asset = environment.templates.assets[name] else {
            throw HTTPError(.notFound)
        }
        let version = try request.queryParameters().pageValue("v")
        var response = Response(
            status: .ok,
            headers: [
                .contentType: asset.contentType, .eTag: asset.entityTag,
                .cacheControl: asset.cacheControl(forVersion: version),
            ])
        if request.value(of: .ifNoneMatch) == asset.entityTag {
            response.status = .notModified
        } else {
            response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes))
        }
        return response
    }
}
