import Broker
import HTTPTypes
import Hummingbird
import NIOCore
import OAuth

extension Request {
    /// The query, decoded once; the framework's own reading of queries is not used (it keeps `+` and hides duplicates).
    func queryParameters() throws(FormParameters.Malformed) -> FormParameters {
        try FormParameters(decoding: (uri.query ?? "").utf8.span)
    }

    /// The form in the body; throws `invalid_request` for another content type.
    func formParameters() async throws -> FormParameters {
        let body = try await formBody()
        return try FormParameters(decoding: body.readableBytesUInt8Span)
    }

    /// The form of a client, which is never a person with a browser: throws `invalid_request` whatever is wrong with it.
    func clientParameters() async throws -> FormParameters {
        do {
            return try await formParameters()
        } catch is FormParameters.Malformed {
            throw OAuthError(.invalidRequest, "The parameters are not well encoded.")
        }
    }

    /// The form in the body as it was sent; throws `invalid_request` for another content type.
    func formBody() async throws -> ByteBuffer {
        guard hasContentType("application/x-www-form-urlencoded") else {
            throw OAuthError(.invalidRequest, "The body must be application/x-www-form-urlencoded.")
        }
        return try await boundedBody()
    }

    /// The body; throws 413 if it is larger than 64 KiB, without reading it if it says so itself.
    func boundedBody() async throws -> ByteBuffer {
        let limit = BrokerRequestContext.maximumBodySize
        if let length = value(of: .contentLength).flatMap(Int.init), length > limit {
            throw HTTPError(.contentTooLarge)
        }
        var whole = ByteBuffer()
        var pieces = body.makeAsyncIterator()
        while var piece = try await pieces.next() {
            guard whole.readableBytes + piece.readableBytes <= limit else { throw HTTPError(.contentTooLarge) }
            // Mostly there is but one piece, which is taken as it is.
            if whole.readableBytes == 0 { whole = piece } else { whole.writeBuffer(&piece) }
        }
        return whole
    }

    /// Whether the body is of media type `type`, given in lower case; parameters of the type do not matter.
    func hasContentType(_ type: String) -> Bool {
        guard let header = value(of: .contentType) else { return false }
        let (given, expected) = (header.utf8.span, type.utf8.span)
        var position = 0
        for index in 0..<(given.firstIndex(of: UInt8(ascii: ";")) ?? given.count) {
            let byte = given[index]
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { continue }
            let isUpperCase = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let lowercased = isUpperCase ? byte | 0x20 : byte
            guard position < expected.count, lowercased == expected[position] else { return false }
            position += 1
        }
        return position == expected.count
    }

    /// Whether a page rather than JSON is wanted: only browsers name `text/html`.
    var wantsPage: Bool { value(of: .accept)?.lowercased().contains("text/html") ?? false }

    /// The value of a header field; of one that is repeated, all values as one list (RFC 9110 §5.3).
    func value(of name: HTTPField.Name) -> String? {
        var only: String?
        for field in headers where field.name == name {
            guard only == nil else { return headers[name] }
            only = field.value
        }
        return only
    }

    /// All values of a header field that may be repeated.
    func values(of name: HTTPField.Name) -> [String] { headers[values: name] }
}

extension FormParameters {
    /// A parameter of a page's own form or link; nil if it is missing, repeated or too long.
    func pageValue(_ name: String, limit: Int = FormParameters.maximumLength) -> String? {
        (try? value(name, limit: limit)) ?? nil
    }

    /// A parameter of somebody else's answer; nil if it is missing or empty. Throws ``Refusal/malformedRequest`` for one
    /// that is repeated or too long: what is said must not count as left out.
    func answerValue(_ name: String, limit: Int = FormParameters.maximumLength) throws(Refusal) -> String? {
        do throws(Unusable) {
            return try value(name, limit: limit)
        } catch {
            throw .malformedRequest
        }
    }

    /// The payload parameter; throws ``Refusal/malformedRequest`` if it is missing or repeated.
    func payload() throws(Refusal) -> String {
        guard let payload = pageValue("payload", limit: 8192) else { throw .malformedRequest }
        return payload
    }
}
