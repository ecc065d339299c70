import Broker
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OAuth

/// `/oauth2/register`: dynamic client registration (RFC 7591) and its management (RFC 7592).
struct RegistrationController: Sendable {
    let environment: WebEnvironment
    let flow: RegistrationFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .post("register", use: register)
            .get("register/{client}", use: read)
            .put("register/{client}", use: replace)
            .delete("register/{client}", use: delete)
    }

    @Sendable private func register(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        var response = Response.json(
            try await flow.register(
                try await document(request), token: token(request), visit: environment.visit(request, context)))
        response.status = .created
        return response
    }

    @Sendable private func read(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        .json(
            try await flow.read(
                try context.parameters.require("client"), token: token(request),
                visit: environment.visit(request, context)))
    }

    @Sendable private func replace(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        .json(
            try await flow.replace(
                try context.parameters.require("client"), by: try await document(request), token: token(request),
                visit: environment.visit(request, context)))
    }

    @Sendable private func delete(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        try await flow.delete(
            try context.parameters.require("client"), token: token(request),
            visit: environment.visit(request, context))
        return Response(status: .noContent, headers: [.cacheControl: "no-store", .pragma: "no-cache"])
    }

    private func token(_ request: Request) -> BearerToken? {
        BearerToken(authorization: request.value(of: .authorization))
    }

    /// The body; only who brings a token at all has it read.
    private func document(_ request: Request) async throws -> JSONValue {
        guard token(request) != nil else { throw OAuthError(.invalidToken, "The token is not valid here.") }
        guard request.hasContentType("application/json") else {
            throw OAuthError(.invalidRequest, "The body must be application/json.")
        }
        let body = Data(try await request.boundedBody().readableBytesView)
        guard let document = try? UntrustedJSON.decode(JSONValue.self, from: body) else {
            throw OAuthError(.invalidClientMetadata, "The body is not one JSON object without repeated members.")
        }
        return document
    }
}
