import Broker
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OAuth

/// What a login front end calls: `/oauth2/info` and `/oauth2/store`.
struct StagingController: Sendable {
    let environment: WebEnvironment
    let authorization: AuthorizationFlow
    let staging: StagingFlow
    let authenticator: ClientAuthenticator

    var endpoints: RouteCollection<BrokerRequestContext> {
        let routes = SharedRoutes(policy, environment)
        return RouteCollection(context: BrokerRequestContext.self)
            .get("info", use: routes.sharing(info))
            .on("info", method: .options, use: routes.preflight("GET"))
            .post("store", use: routes.sharing(store))
            .on("store", method: .options, use: routes.preflight("POST"))
    }

    private var policy: CORSPolicy {
        environment.loginFrontEnd.map { .withCookies(origin: $0.origin.value) } ?? .nobody
    }

    @Sendable private func info(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        try .json(try await authorization.info(try request.queryParameters().payload()))
    }

    /// The body of `/oauth2/store`.
    private struct Body: Decodable {
        let payload: String
        let tokens: StagingFlow.Tokens

        enum CodingKeys: String, CodingKey {
            case payload
            case accessToken = "access_token"
            case idToken = "id_token"
            case refreshToken = "refresh_token"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            payload = try container.decode(String.self, forKey: .payload)
            guard try !container.decode(String.self, forKey: .accessToken).isEmpty else {
                throw DecodingError.dataCorruptedError(
                    forKey: .accessToken, in: container, debugDescription: "The token is empty.")
            }
            tokens = StagingFlow.Tokens(
                accessToken: try container.decode(Secret.self, forKey: .accessToken),
                idToken: try container.decodeIfPresent(Secret.self, forKey: .idToken),
                refreshToken: try container.decodeIfPresent(Secret.self, forKey: .refreshToken))
        }
    }

    /// The answer: empty, or with the payload that alone may continue.
    private struct Answer: Encodable {
        let payload: String?
    }

    @Sendable private func store(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let visit = environment.visit(request, context)
        let bearer = try await bearer(of: request, visit: visit)
        guard request.hasContentType("application/json") else {
            throw OAuthError(.invalidRequest, "The body must be application/json.")
        }
        let data = Data(try await request.boundedBody().readableBytesView)
        guard let body = try? UntrustedJSON.decode(Body.self, from: data) else {
            throw OAuthError(
                .invalidRequest, "The body needs payload and access_token as strings, and no member twice.")
        }
        switch try await staging.store(body.tokens, payload: body.payload, bearer: bearer, visit: visit) {
        case .samePayload: return try .json(Answer(payload: nil))
        case .freshPayload(let payload): return try .json(Answer(payload: payload))
        }
    }

    /// Who is calling: the front end's back end with a client credential, or a page of the front end's origin.
    private func bearer(of request: Request, visit: Visit) async throws -> StagingFlow.Bearer {
        if let authorization = request.value(of: .authorization) {
            let credentials = try ClientCredentials(
                authorization: authorization, parameters: try FormParameters(decoding: EmptyCollection()))
            return .backEnd(try await authenticator.authenticate(credentials, visit: visit).id)
        }
        guard let frontEnd = environment.loginFrontEnd else {
            throw OAuthError(.accessDenied, "No login front end is configured here.")
        }
        guard let origin = request.value(of: .origin) else {
            throw OAuthError(.invalidClient, "Send the Origin of the login front end, or a client credential.")
        }
        guard origin == frontEnd.origin.value else {
            throw OAuthError(.accessDenied, "This origin is not the login front end's.")
        }
        return .frontEndPage
    }
}
