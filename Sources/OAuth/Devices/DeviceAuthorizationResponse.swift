/// What a device is told when it asks to be let in (RFC 8628 §3.2).
package struct DeviceAuthorizationResponse: Sendable {
    package let deviceCode: Secret
    package let userCode: UserCode
    /// Where the person types the code.
    package let verificationURI: String
    /// Seconds until both codes expire.
    package let expiresIn: Int
    /// Seconds between two questions at the token endpoint.
    package let interval: Int

    package init(deviceCode: Secret, userCode: UserCode, verificationURI: String, expiresIn: Int, interval: Int) {
        self.deviceCode = deviceCode
        self.userCode = userCode
        self.verificationURI = verificationURI
        self.expiresIn = expiresIn
        self.interval = interval
    }
}

extension DeviceAuthorizationResponse: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.add("device_code", deviceCode.reveal())
        json.add("user_code", userCode.display)
        json.add("verification_uri", verificationURI)
        json.add("verification_uri_complete", "\(verificationURI)?user_code=\(userCode.display)")
        json.add("expires_in", expiresIn)
        json.add("interval", interval)
    }
}
