import Broker
import HTTPTypes
import Hummingbird
import NIOCore
import OAuth

extension WebEnvironment {
    /// Shows `page`, in the language chosen on a page, else the client's choice, else the browser's; what is chosen here
    /// stays chosen.
    func render(
        _ page: some Page, for request: Request, status: HTTPResponse.Status = .ok, client: ClientID? = nil,
        uiLocales: [String] = [], address: PageLink? = nil
    ) -> Response {
        let chosen = (try? request.queryParameters())?.pageValue("ui_locales")
        let remembered = cookies.value(of: cookies.language, in: request.values(of: .cookie))
        let wanted = [chosen, remembered].compactMap { $0 } + uiLocales
        let language = templates.language(
            uiLocales: wanted.isEmpty ? nil : wanted.joined(separator: " "),
            acceptLanguage: request.value(of: .acceptLanguage))
        let rendered = templates.render(page, in: PageFrame(language: language, address: address, client: client))
        var response = Response(
            status: status, headers: rendered.headerFields,
            body: ResponseBody(byteBuffer: ByteBuffer(string: rendered.html)))
        if chosen != nil {
            response.headers.append(HTTPField(name: .setCookie, value: cookies.setLanguage(language)))
        }
        return response
    }

    /// Shows what went wrong, with the Ray ID.
    func render(_ problem: ErrorPage.Problem, for request: Request, ray: RayID) -> Response {
        var response = render(
            ErrorPage(problem: problem, rayID: ray, startAgain: nil), for: request, status: problem.status)
        if let wait = problem.retryAfter { response.headers[.retryAfter] = String(wait.seconds) }
        return response
    }
}
