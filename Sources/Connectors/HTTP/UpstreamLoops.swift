package import NIOCore
import NIOPosix
package import OAuth
import Synchronization

/// An event loop of its own for each provider, made when it is first needed and kept until the process ends.
///
/// SwiftNIO looks names up one after the other on each loop and cannot break a lookup off, so on a shared loop one
/// provider's dead name server would keep every other provider waiting. A loop outlives its provider's clients: a lookup
/// that hangs comes back to it, however late.
package final class UpstreamLoops: Sendable {
    private let groups = Mutex<[ProviderID: any EventLoopGroup]>([:])

    package init() {}

    /// The loop of `provider`, the same whatever becomes of its file.
    package func group(of provider: ProviderID) -> any EventLoopGroup {
        groups.withLock { groups in
            if let group = groups[provider] { return group }
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            groups[provider] = group
            return group
        }
    }
}
