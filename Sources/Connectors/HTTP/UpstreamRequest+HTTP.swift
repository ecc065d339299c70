import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import OAuth

extension UpstreamRequest {
    /// The request as it goes over the wire; `nil` where a token holds characters that no token has.
    var httpRequest: HTTPClientRequest? {
        var request = HTTPClientRequest(url: endpoint.url)
        request.headers.add(name: "accept", value: "application/json")
        // Without the field any coding would be acceptable (RFC 9110 §12.5.3), and a small answer could unfold to a
        // large one.
        request.headers.add(name: "accept-encoding", value: "identity")
        request.headers.add(name: "user-agent", value: "Drawbridge")
        switch content {
        case .nothing: request.method = .GET
        case .form(let parameters):
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: FormEncoding.encode(parameters)))
        case .json(let method, let bytes):
            request.method = HTTPMethod(rawValue: method.rawValue)
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: bytes))
        case .amazonJSON(let target, let bytes):
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-amz-json-1.1")
            request.headers.add(name: "x-amz-target", value: target)
            request.body = .bytes(ByteBuffer(bytes: bytes))
        }
        switch authorization {
        case .none: break
        case .basic(let name, let password):
            let credentials = Data("\(name):\(password.reveal())".utf8).base64EncodedString()
            request.headers.add(name: "authorization", value: "Basic \(credentials)")
        case .bearer(let token, _):
            guard !token.reveal().isEmpty, token.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                return nil
            }
            request.headers.add(name: "authorization", value: "Bearer \(token.reveal())")
        }
        return request
    }
}
