import FoundationEssentials
import HTTPTypes
import Hummingbird
import OAuth

extension Response {
    /// A JSON answer that no cache keeps.
    static func json(_ status: HTTPResponse.Status, _ value: JSONValue) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try value.encoded())))
    }

    /// A page under a policy that allows it nothing but its own style sheet.
    static func page(_ status: HTTPResponse.Status, _ page: HostedPage) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
        ]
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: page.html)))
    }

    /// The 302 that Cognito's pages answer with.
    static func found(_ address: String) -> Response {
        Response(status: .found, headers: [.location: address, .cacheControl: "no-store"])
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
