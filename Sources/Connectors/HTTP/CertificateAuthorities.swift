import NIOSSL

/// Certificate authorities that one provider's certificates may come from, beside the system's (`ca_certificate`).
package struct CertificateAuthorities: Sendable, Hashable {
    let certificates: [NIOSSLCertificate]

    /// Reads one or more certificates in PEM form; `nil` where there is none, or one that cannot be read.
    package init?(pem: String) {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)), !certificates.isEmpty else {
            return nil
        }
        self.certificates = certificates
    }
}
