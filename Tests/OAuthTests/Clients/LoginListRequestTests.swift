import OAuth
import Testing

@Suite("Lists of logins: what part is asked for")
struct LoginListRequestTests {
    private func request(_ query: String) throws -> LoginListRequest {
        try LoginListRequest(try FormParameters(decoding: query.utf8))
    }

    @Test("Nothing has to be said")
    func standard() throws {
        let request = try request("")
        #expect(request.limit == 100)
        #expect(request.cursor == nil)
    }

    @Test("A limit is taken from 1 to 1000", arguments: [1, 17, 1000])
    func limits(limit: Int) throws {
        #expect(try request("limit=\(limit)&after=abc").limit == limit)
        #expect(try request("limit=\(limit)&after=abc").cursor == Secret("abc"))
    }

    @Test(
        "What is no such limit, or stands twice, is refused",
        arguments: [
            "limit=0", "limit=-1", "limit=1001", "limit=%2B5", "limit=5.0", "limit=0x10", "limit=ten", "limit=%205",
            "limit=99999999999999999999", "limit=1&limit=2", "after=a&after=b", "limit=%D9%A5",
            "after=" + String(repeating: "a", count: 1025),
        ])
    func refusals(query: String) throws {
        #expect {
            try request(query)
        } throws: {
            ($0 as? OAuthError)?.code == .invalidRequest
        }
    }
}
