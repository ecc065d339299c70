import Broker
import HTTPTypes
import Hummingbird
import OAuth

extension WebEnvironment {
    /// Renders what a flow decided: always a 303, so that a browser turns a POST into a GET (RFC 9700 §4.12).
    func respond(to result: FlowResult) -> Response {
        var response = redirect(to: location(of: result.step))
        for change in result.cookies {
            response.headers.append(HTTPField(name: .setCookie, value: cookies.setCookie(change)))
        }
        return response
    }

    func redirect(to location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    }

    private func location(of step: NextStep) -> String {
        switch step {
        case .goToFrontEnd(let url), .goToProvider(let url): url
        case .goToLogin(let payload): "/login?" + FormEncoding.encode([("payload", payload)])
        case .goToNamedProvider(let provider, let payload):
            "/login/\(FormEncoding.encode(provider.rawValue))?" + FormEncoding.encode([("payload", payload)])
        case .goToConsent(let payload): "/consent?" + FormEncoding.encode([("payload", payload)])
        case .goToAccount: "/account"
        case .goToLinkQuestion(let proof): "/account/link?" + FormEncoding.encode([("proof", proof)])
        case .goToVerification(let payload): "/verification?" + FormEncoding.encode([("payload", payload)])
        case .returnCode(let response): response.location(issuer: issuer.value)
        case .returnError(let response): response.location(issuer: issuer.value)
        }
    }
}
