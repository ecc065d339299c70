package import Hummingbird
import NIOCore
package import OAuth

/// One request on its way through middleware and controllers.
package struct BrokerRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Set by ``Reception`` before anything else looks at it.
    package var ray = RayID(rawValue: 0)
    /// The address of the peer that holds the connection.
    let peerAddress: String
    /// The client's address as far as trusted proxies tell it.
    package var address: String

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
        address = peerAddress
    }

    /// Largest body read, in bytes.
    package var maxUploadSize: Int { Self.maximumBodySize }

    static let maximumBodySize = 64 * 1024
}
