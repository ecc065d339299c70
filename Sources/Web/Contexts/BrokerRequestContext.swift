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
        self.init(from: Peer(source.channel, logger: source.logger))
    }

    package init(from peer: Peer) {
        coreContext = CoreRequestContextStorage(source: peer)
        peerAddress = peer.address
        address = peer.address
    }

    /// Largest body read, in bytes.
    package var maxUploadSize: Int { Self.maximumBodySize }

    /// Largest body that any route reads, in bytes.
    package static let maximumBodySize = 64 * 1024
}
