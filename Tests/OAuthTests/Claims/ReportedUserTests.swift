import OAuth
import Testing

@Suite("What Apple says about a person beside the code") struct ReportedUserTests {
    @Test func `The name is read, and nothing else is passed on`() throws {
        let text =
            #"{"name": {"firstName": "Jana", "lastName": "Nováková", "title": "Dr"}, "email": "root@city.example"}"#
        let user = try #require(ReportedUser(parsing: text))
        #expect(user.name == ReportedUser.Name(firstName: "Jana", lastName: "Nováková"))
        #expect(!user.text.contains("root"))
        #expect(ReportedUser(parsing: user.text) == user)
    }

    @Test(arguments: [
        "", "{}", "null", "[]", #"{"name": {}}"#, #"{"name": "Jana"}"#, #"{"name": {"firstName": 7}}"#, "{",
        #"{"name": {"firstName": ""}}"#, #"{"name": {"firstName": "a\u0000b"}}"#,
        #"{"name": {"firstName": "\#(String(repeating: "a", count: 129))"}}"#,
        #"{"name": {"firstName": "Jana"}, "more": "\#(String(repeating: "a", count: 2048))"}"#,
        String(repeating: "[", count: 2000), #"{"a":"# + String(repeating: "[", count: 1500),
    ])
    func `Anything but a short object with a name is nothing`(text: String) {
        #expect(ReportedUser(parsing: text) == nil)
    }

    @Test func `One part of a name is enough`() {
        #expect(ReportedUser(parsing: #"{"name": {"lastName": "Nováková"}}"#)?.name?.firstName == nil)
        #expect(ReportedUser(parsing: #"{"name": {"lastName": "Nováková"}}"#)?.name?.lastName == "Nováková")
    }
}
