import Hummingbird
package import Logging
package import NIOCore

/// Who holds a connection: what the contexts of all its requests have in common.
package struct Peer: RequestContextSource {
    package let logger: Logger
    /// The IP address of the other end.
    let address: String

    package init(_ channel: any Channel, logger: Logger) {
        self.logger = logger
        address = channel.remoteAddress?.ipAddress ?? "unknown"
    }
}
