extension HeaderSettings {
    /// What can be said without a request: there is nobody to ask.
    var findings: [Finding] {
        var findings = [
            Finding(.fine, "People are who \(subject.text) says, on requests of the --trusted-proxies alone."),
            Finding(
                .note,
                "The proxy has to remove \(fields) from what browsers send, also where they are spelt with underscores."
            ),
        ]
        switch proof {
        case .some(let proof):
            findings.append(Finding(.fine, "The proxy proves itself with a secret in \(proof.field.text)."))
        case nil:
            findings.append(
                Finding(
                    .warning,
                    "The proxy proves itself by its address alone: where others share its machine or network, set "
                        + "proxy_secret_header and proxy_secret."))
        }
        if claims["email"] != nil, claims["email_verified"] == nil {
            findings.append(
                Finding(.note, "E-mail addresses count as unverified: no field says email_verified (claims_headers)."))
        }
        return findings
    }

    private var fields: String {
        Set([subject.text, proof?.field.text].compactMap(\.self) + claims.values.map(\.text)).sorted()
            .joined(separator: ", ")
    }
}
