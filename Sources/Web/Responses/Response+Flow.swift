import Broker
import HTTPTypes
import Hummingbird
import OAuth

extension WebEnvironment {
    /// Renders what a flow decided: a 303, so that a browser turns a POST into a GET (RFC 9700 §4.12), or the page with
    /// the form that the client asked for.
    func respond(to result: FlowResult, for request: Request) -> Response {
        var response = response(to: result.step, for: request)
        for change in result.cookies {
            response.headers.append(HTTPField(name: .setCookie, value: cookies.setCookie(change)))
        }
        return response
    }

    func redirect(to location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    }

    private func response(to step: NextStep, for request: Request) -> Response {
        switch step {
        case .goToFrontEnd(let url), .goToProvider(let url): redirect(to: url)
        case .goToLogin(let payload): redirect(to: "/login?" + FormEncoding.encode([("payload", payload)]))
        case .goToNamedProvider(let provider, let payload):
            redirect(
                to: "/login/\(FormEncoding.encode(provider.rawValue))?" + FormEncoding.encode([("payload", payload)]))
        case .goToConsent(let payload): redirect(to: "/consent?" + FormEncoding.encode([("payload", payload)]))
        case .goToAccount: redirect(to: "/account")
        case .goToLinkQuestion(let proof): redirect(to: "/account/link?" + FormEncoding.encode([("proof", proof)]))
        case .goToDeviceQuestion(let payload):
            redirect(to: "/device/confirm?" + FormEncoding.encode([("payload", payload)]))
        case .goToDeviceOutcome(.allowed): redirect(to: "/device/allowed")
        case .goToDeviceOutcome(.denied): redirect(to: "/device/denied")
        case .goToVerification(let payload):
            redirect(to: "/verification?" + FormEncoding.encode([("payload", payload)]))
        case .returnCode(let answer): deliver(answer, for: request)
        case .returnError(let answer): deliver(answer, for: request)
        }
    }

    /// Takes `answer` to the client in the way that it asked for.
    func deliver(_ answer: some AuthorizationResponse, for request: Request) -> Response {
        switch answer.mode {
        case .query: redirect(to: answer.location(issuer: issuer.value))
        case .formPost: render(FormPostPage(answer, issuer: issuer.value), for: request)
        }
    }
}
