import Broker
import HTTPTypes
import Hummingbird
import Logging

/// `/health/live` and `/health/ready`.
struct HealthController: Sendable {
    let health: HealthFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("live") { _, _ in try Response.json(["status": "live"]) }
            .get("ready", use: ready)
    }

    @Sendable private func ready(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        do {
            try await health.check()
            return try .json(["status": "ready"])
        } catch {
            context.logger.error("Not ready", metadata: ["error": "\(error)"])
            return try .json(["status": "unavailable"], status: .serviceUnavailable)
        }
    }
}
