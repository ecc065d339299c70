import Broker
import Foundation
import Hummingbird
import OAuth

/// `/api/clients/{id}/logins`: for services, never for a page in a browser.
struct StatisticsController: Sendable {
    let environment: WebEnvironment
    let flow: LoginStatisticsFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self).get("clients/:id/logins", use: logins)
    }

    @Sendable private func logins(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let answer = try await flow.page(
            of: context.parameters.get("id") ?? "", try request.queryParameters(),
            authorization: request.value(of: .authorization), visit: environment.visit(request, context))
        switch answer {
        case .page(let page): return try .json(LoginListResponse(page))
        case .notFound: throw HTTPError(.notFound)
        }
    }
}

/// One page of a client's logins on the wire.
private struct LoginListResponse: Encodable {
    let client: String
    let logins: [Entry]
    let next: String?

    struct Entry: Encodable {
        let sub: String
        let count: Int
        /// RFC 3339.
        let first: String
        let latest: String
    }

    private enum CodingKeys: String, CodingKey {
        case client = "client_id"
        case logins
        case next
    }

    init(_ page: LoginStatisticsFlow.Page) {
        client = page.client.rawValue
        logins = page.logins.map { entry in
            Entry(
                sub: entry.subject, count: entry.count, first: Self.text(of: entry.first),
                latest: Self.text(of: entry.latest))
        }
        next = page.next?.reveal()
    }

    private static func text(of time: Date) -> String {
        // The style cuts where it should round: a time stored as .123 may be a hair less as a Double.
        time.addingTimeInterval(0.000_4).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
