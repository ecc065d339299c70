extension CertificateAuthorities {
    /// Reads `ca_certificate`; `nil` where the file has none.
    init?(_ object: ProviderFileObject) throws(ProviderFileProblem) {
        guard let pem = try object.text("ca_certificate") else { return nil }
        guard let authorities = CertificateAuthorities(pem: pem) else {
            throw object.problem(
                .badValue(expected: #"certificates in PEM form, taken from a file as {"file": "ca.pem"}"#),
                at: "ca_certificate")
        }
        self = authorities
    }
}
