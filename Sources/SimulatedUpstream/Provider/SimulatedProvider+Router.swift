import HTTPTypes
package import Hummingbird

extension SimulatedProvider {
    /// The provider's routes, for serving or for testing without a socket (set a base URL then).
    package func buildRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: FaultMiddleware(provider: self))
        let cognito = CognitoController(provider: self)
        let metadata = MetadataController(provider: self)
        let authorization = AuthorizationController(provider: self)
        let tokens = TokenController(provider: self)
        let sessions = SessionController(provider: self)
        func path(_ endpoint: Endpoint) -> RouterPath { RouterPath(endpoint.path(poolID: configuration.poolID)) }

        router.post("/") { request, _ in try await cognito.answer(request) }
        router.get(path(.poolKeys)) { _, _ in try metadata.keys() }
        router.get(path(.keys)) { _, _ in try metadata.keys() }
        router.get(path(.poolDiscovery)) { _, _ in try metadata.discovery(.pool) }
        router.get(path(.discovery)) { _, _ in try metadata.discovery(.openID) }
        router.get(path(.authorize)) { request, _ in try authorization.authorize(request) }
        router.post(path(.login)) { request, _ in try await authorization.logIn(request) }
        router.post(path(.token)) { request, _ in try await tokens.exchange(request) }
        router.post(path(.revocation)) { request, _ in try await tokens.revoke(request) }
        router.get(path(.userInfo)) { request, _ in try tokens.userInfo(request) }
        router.post(path(.userInfo)) { request, _ in try tokens.userInfo(request) }
        router.get(path(.logout)) { request, _ in sessions.logOut(request) }
        addGitHub(to: router)
        return router
    }

    private func addGitHub(to router: Router<BasicRequestContext>) {
        let pages = GitHubPagesController(provider: self)
        let tokens = GitHubTokenController(provider: self)
        let api = GitHubAPIController(provider: self)
        func path(_ endpoint: Endpoint) -> RouterPath { RouterPath(endpoint.path(poolID: configuration.poolID)) }

        router.get(path(.gitHubAuthorize)) { request, _ in pages.authorize(request) }
        router.post(path(.gitHubSession)) { request, _ in try await pages.logIn(request) }
        router.post(path(.gitHubToken)) { request, _ in try await tokens.exchange(request) }
        router.get(path(.gitHubUser)) { request, _ in try api.user(request) }
        router.get(path(.gitHubAddresses)) { request, _ in try api.addresses(request) }
        router.get(path(.gitHubOrganizations)) { request, _ in try api.organizations(request) }
        router.get(path(.gitHubTeams)) { request, _ in try api.teams(request) }
        router.post(path(.gitHubApplication)) { request, context in
            try await api.check(request, try context.parameters.require("client_id"))
        }
        router.delete(path(.gitHubApplication)) { request, context in
            try await api.revoke(request, try context.parameters.require("client_id"))
        }
    }
}
