import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: authorities of a provider's own") struct CertificateAuthoritiesTests {
    private static let pem = """
        -----BEGIN CERTIFICATE-----
        MIIBkjCCATmgAwIBAgIUHYV/Ksz1BawgnGWSa2pn0ThL/S4wCgYIKoZIzj0EAwIw
        HjEcMBoGA1UEAwwTQ2l0eSBUZXN0IEF1dGhvcml0eTAgFw0yNjExMjExMTQ3NDla
        GA8yMTI2MTAyODExNDc0OVowHjEcMBoGA1UEAwwTQ2l0eSBUZXN0IEF1dGhvcml0
        eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDG3/+J4vIKioEAlaM2cupVkI5eC
        UYNec46877JiK5Ex6YARfEr3VBQ350IC53347oXvsxHT6Yyok1lF19J1iIajUzBR
        MB0GA1UdDgQWBBQvci3ku6k/ANWBla9LcjVbvB6P8zAfBgNVHSMEGDAWgBQvci3k
        u6k/ANWBla9LcjVbvB6P8zAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cA
        MEQCIB0+EGp6vUhDci/ajL8dcPsxom+MHpwDY6BZ7CGrg7uYAiA2B68xKGH5NBid
        JHSStB5PTsoPiz7cj275io0ksRS1cQ==
        -----END CERTIFICATE-----
        """

    private func read(_ value: String, file: String? = nil) throws -> ProviderFile {
        let text = """
            {"id": "ghe", "type": "oidc", "name": "Forge", "issuer": "https://id.example", "client_id": "a",
             "client_secret": "s", "ca_certificate": \(value)}
            """
        let placeholders = Placeholders(environment: [:]) { (_: String) throws(ReferredFile.Flaw) in
            guard let file else { throw .missing }
            return file
        }
        return try ProviderFile(Array(text.utf8), named: "ghe.json", placeholders: placeholders)
    }

    @Test(arguments: [1, 2, 3])
    func `Certificates are taken from a file`(count: Int) throws {
        let pem = Array(repeating: Self.pem, count: count).joined(separator: "\n")
        guard case .usable(let definition) = try read(#"{"file": "ca.pem"}"#, file: pem) else {
            Issue.record("not usable")
            return
        }
        #expect(definition.authorities?.certificates.count == count)
    }

    @Test(arguments: [
        "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ])
    func `What is no certificate is named with its line and key`(content: String) throws {
        let problem = #expect(throws: ProviderFileProblem.self) {
            _ = try read(#"{"file": "ca.pem"}"#, file: content)
        }
        #expect(problem?.line == 2)
        #expect(problem?.key == "$.ca_certificate")
        #expect(throws: ProviderFileProblem.self) { _ = try read(#""/etc/ssl/ca.pem""#) }
    }

    @Test func `A file that is not there makes the provider unusable and nothing else`() throws {
        guard case .unusable(let heading, let reason) = try read(#"{"file": "ca.pem"}"#) else {
            Issue.record("usable without its authorities")
            return
        }
        #expect(heading.id.rawValue == "ghe")
        #expect(reason.contains("ca.pem"))
    }

    @Test func `A provider whose authorities change is another provider`() throws {
        let one = try read(#"{"file": "ca.pem"}"#, file: Self.pem)
        #expect(try read(#"{"file": "ca.pem"}"#, file: Self.pem) == one)
        #expect(try read(#"{"file": "ca.pem"}"#, file: Self.pem + "\n" + Self.pem) != one)
    }
}
