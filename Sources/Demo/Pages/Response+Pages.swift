import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import SimulatedUpstream

extension Response {
    /// A page that loads nothing but its own style sheet and script, and may speak to `connecting` alone.
    ///
    /// There is no `form-action`: browsers apply it to every redirect that follows, and a login ends at the client.
    static func page(_ status: HTTPResponse.Status, _ page: Page, connecting: String? = nil) -> Response {
        var policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        if let connecting { policy += "; script-src 'self'; connect-src \(connecting)" }
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .contentSecurityPolicy: policy,
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.html)))
    }

    static func styleSheet(accent: Accent) -> Response {
        file(StyleSheet.text(accent: accent), type: "text/css; charset=utf-8")
    }

    static func icon(_ icon: Icon, accent: Accent) -> Response {
        file(icon.file(colour: accent.light.colour), type: "image/svg+xml")
    }

    static func script(_ text: String) -> Response {
        file(text, type: "text/javascript; charset=utf-8")
    }

    private static func file(_ text: String, type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A 303, after which the browser gets `address`.
    static func seeOther(_ address: String) -> Response {
        Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    }
}

extension Request {
    /// The fields of the query string.
    var query: FormFields { FormFields(uri.query ?? "") }

    /// The fields of a form body of at most 64 KiB.
    func form() async throws -> FormFields {
        FormFields(String(buffer: try await body.collect(upTo: 65_536)))
    }
}
