import Crypto
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import OAuth
import SimulatedUpstream
import Testing

@Suite("Cognito user-pool API") struct CognitoAPITests {
    @Test func `A password login answers with three tokens shaped as Cognito shapes them`() async throws {
        try await Fixture().test { client in
            let result = try await client.logIn("front-end")
            #expect(result["TokenType"] == "Bearer")
            #expect(result["ExpiresIn"] == 3600)
            #expect(result["RefreshToken"]?.string?.isEmpty == false)
            let keys = try await client.keySet()

            let identity = try ParsedToken(try #require(result["IdToken"]?.string))
            #expect(identity.header["alg"] == "RS256")
            #expect(try await identity.isSigned(under: keys))
            #expect(identity.claims["iss"] == "http://upstream.example/eu-central-1_Drawbridge")
            #expect(identity.claims["aud"] == "front-end")
            #expect(identity.claims["token_use"] == "id")
            #expect(identity.claims["sub"] == .string(Fixture.person.subject))
            #expect(identity.claims["cognito:username"] == "zuzana")
            #expect(identity.claims["email"] == "zuzana@city.example")
            #expect(identity.claims["email_verified"] == true)
            #expect(identity.claims["auth_time"] == 1_790_000_000)
            #expect(identity.claims["exp"] == 1_790_003_600)
            #expect(identity.claims["at_hash"] == nil)

            let access = try ParsedToken(try #require(result["AccessToken"]?.string))
            #expect(try await access.isSigned(under: keys))
            #expect(access.claims["client_id"] == "front-end")
            #expect(access.claims["aud"] == nil)
            #expect(access.claims["token_use"] == "access")
            #expect(access.claims["scope"] == "aws.cognito.signin.user.admin")
            #expect(access.claims["username"] == "zuzana")
            #expect(access.claims["cognito:groups"] == .array(["residents"]))
            #expect(access.claims["origin_jti"] == identity.claims["origin_jti"])
            #expect(access.claims["jti"] != identity.claims["jti"])
            #expect(access.header["kid"] != identity.header["kid"])
        }
    }

    @Test func `GetUser tells who an access token is about`() async throws {
        try await Fixture().test { client in
            let access = try #require(try await client.logIn("front-end")["AccessToken"])
            let (status, answer) = try await client.cognito("GetUser", .object(["AccessToken": access]))
            #expect(status == .ok)
            #expect(answer["Username"] == "zuzana")
            let verified = JSONValue.object(["Name": "email_verified", "Value": "true"])
            #expect(answer["UserAttributes"]?.array?.contains(verified) == true)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let operation: String
        let message: JSONValue
        let type: String
    }

    @Test(arguments: [
        Refusal(
            testDescription: "wrong password", operation: "InitiateAuth",
            message: .passwordLogin("front-end", password: "guess"), type: "NotAuthorizedException"),
        Refusal(
            testDescription: "unknown user", operation: "InitiateAuth",
            message: .passwordLogin("front-end", password: "x", more: ["USERNAME": "nobody"]),
            type: "NotAuthorizedException"),
        Refusal(
            testDescription: "unknown client", operation: "InitiateAuth",
            message: .passwordLogin("stranger", password: "correct horse"), type: "ResourceNotFoundException"),
        Refusal(
            testDescription: "client of the OpenID face", operation: "InitiateAuth",
            message: .passwordLogin("broker", password: "correct horse"), type: "ResourceNotFoundException"),
        Refusal(
            testDescription: "unsupported flow", operation: "InitiateAuth",
            message: .object(["AuthFlow": "USER_SRP_AUTH", "ClientId": "front-end"]),
            type: "InvalidParameterException"),
        Refusal(
            testDescription: "missing secret hash", operation: "InitiateAuth",
            message: .passwordLogin("secretive", password: "correct horse"), type: "NotAuthorizedException"),
        Refusal(
            testDescription: "wrong secret hash", operation: "InitiateAuth",
            message: .passwordLogin("secretive", password: "correct horse", more: ["SECRET_HASH": "AAAA"]),
            type: "NotAuthorizedException"),
        Refusal(
            testDescription: "unknown refresh token", operation: "GetTokensFromRefreshToken",
            message: .object(["ClientId": "front-end", "RefreshToken": "guess"]), type: "NotAuthorizedException"),
        Refusal(
            testDescription: "unknown access token", operation: "GetUser",
            message: .object(["AccessToken": "guess"]), type: "NotAuthorizedException"),
        Refusal(
            testDescription: "unknown operation", operation: "DeleteUserPool", message: .object([:]),
            type: "UnknownOperationException"),
        Refusal(
            testDescription: "not an object", operation: "InitiateAuth", message: .array([]),
            type: "SerializationException"),
    ])
    func `A refusal is a 400 that names its type`(refusal: Refusal) async throws {
        try await Fixture().test { client in
            let (status, answer) = try await client.cognito(refusal.operation, refusal.message)
            #expect(status == .badRequest)
            #expect(answer["__type"] == .string(refusal.type))
            #expect(answer["message"]?.string?.isEmpty == false)
        }
    }

    @Test func `A client with a secret logs in with the hash of it`() async throws {
        try await Fixture().test { client in
            let key = SymmetricKey(data: Array("pool-secret".utf8))
            let hash = Data(HMAC<SHA256>.authenticationCode(for: Array("zuzanasecretive".utf8), using: key))
            let (status, _) = try await client.cognito(
                "InitiateAuth",
                .passwordLogin(
                    "secretive", password: "correct horse", more: ["SECRET_HASH": hash.base64EncodedString()]))
            #expect(status == .ok)
        }
    }
}
