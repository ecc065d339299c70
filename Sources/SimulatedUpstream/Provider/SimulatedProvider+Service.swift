import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// Where the provider listens, and who waits to hear.
struct Binding: Sendable {
    var port: Int?
    var isListening = false
    var waiting: [AsyncStream<Int>.Continuation] = []
}

extension SimulatedProvider: Service {
    /// Serves until it is cancelled or shut down; throws where the port is taken.
    package func run() async throws {
        let application = Application(
            router: buildRouter(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "SimulatedUpstream"),
            onServerRunning: { self.didListen(on: $0.localAddress?.port) },
            logger: configuration.logger
        )
        try await application.run()
    }

    /// The port, as soon as the provider listens on it.
    package func boundPort() async throws -> Int {
        let ports = AsyncStream<Int> { continuation in
            binding.withLock { binding in
                if binding.isListening, let port = binding.port {
                    continuation.yield(port)
                    continuation.finish()
                } else {
                    binding.waiting.append(continuation)
                }
            }
        }
        for await port in ports { return port }
        throw CancellationError()
    }

    /// Serves for as long as `body` takes, beginning it when the provider listens.
    package func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (SimulatedProvider) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await self.run()
                return nil
            }
            group.addTask {
                _ = try await self.boundPort()
                return try await body(self)
            }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let value = finished { return value }
            }
            throw CancellationError()
        }
    }

    private func didListen(on port: Int?) {
        guard let port else { return }
        let waiting = binding.withLock { binding in
            binding.port = port
            binding.isListening = true
            defer { binding.waiting = [] }
            return binding.waiting
        }
        for continuation in waiting {
            continuation.yield(port)
            continuation.finish()
        }
    }
}
