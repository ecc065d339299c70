/// A sealed envelope as text (base64url). It prints as redacted, because most envelopes are bearer tokens.
package struct SealedEnvelope: Hashable, Sendable {
    /// The largest envelope that is sealed or opened, in bytes before base64url: room for a login with three big tokens.
    package static let maximumByteCount = 192 * 1024
    /// ``maximumByteCount`` as base64url characters.
    package static let maximumTextLength = maximumByteCount / 3 * 4

    /// What travels: base64url without padding.
    package let text: String

    /// The same text as a secret.
    package var secret: Secret { Secret(text) }
}

extension SealedEnvelope: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<sealed>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What was in an envelope, all of it authenticated.
package struct OpenedEnvelope: Equatable, Sendable {
    /// Whom the envelope was sealed for: the text that lies in it in clear.
    package let context: String
    package let plaintext: [UInt8]
}

/// A value that was in an envelope, with the authenticated context.
package struct OpenedValue<Value: Sendable>: Sendable {
    /// Whom the envelope was sealed for: the text that lies in it in clear.
    package let context: String
    package let value: Value
}

extension OpenedEnvelope: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<opened envelope>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension OpenedValue: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<opened value>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Why an envelope does not open, or a text cannot be sealed. None of it may be told to whoever sent the envelope.
package enum SealingFlaw: Error, Equatable, Sendable {
    /// No base64url, too short, or an opened value of another shape.
    case malformed
    /// Sealed by a newer release, or never sealed.
    case unknownVersion
    /// Sealed under a master key that is not in the ring.
    case unknownKey
    /// Altered, or sealed for another purpose.
    case notAuthentic
    /// Over ``SealedEnvelope/maximumByteCount``, or a context over 65,535 bytes.
    case tooLarge
}
