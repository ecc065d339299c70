import Broker
import HTTPTypes
import Hummingbird
import OAuth

/// `/oauth2/device_authorization`: for devices, never for a page in a browser.
struct DeviceAuthorizationController: Sendable {
    let environment: WebEnvironment
    let flow: DeviceAuthorizationFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self).post("device_authorization", use: begin)
    }

    @Sendable private func begin(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        .json(
            try await flow.begin(
                try await request.clientParameters(), authorization: request.value(of: .authorization),
                visit: environment.visit(request, context)))
    }
}
