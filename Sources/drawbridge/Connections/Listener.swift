import Broker
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import SystemPackage
import Web

/// Where and how the broker listens.
struct Listener: Sendable {
    let host: String
    let port: Int
    /// How many connections may be open at once; further ones wait until others end.
    let connections: Int
    private let transport: ServeConfiguration.Transport
    private let times: ConnectionTimes
    private let securityHeaders: SecurityHeaders
    private let logger: Logger

    /// Raises this process's limit of open files as far as it may.
    init(_ configuration: ServeConfiguration, logger: Logger) {
        host = configuration.host
        port = configuration.port
        connections = OpenFiles.connections(outOf: OpenFiles.raiseLimit())
        transport = configuration.transport
        times = configuration.connectionTimes
        securityHeaders = SecurityHeaders(configuration.issuer.transport)
        self.logger = logger
    }

    /// A server that has `responder` answer; a certificate or key that cannot be used is named.
    func server(
        answering responder: some HTTPResponder<BrokerRequestContext>, _ clock: any WallClock,
        onceListening: @escaping @Sendable () -> Void
    ) throws -> any Service {
        let connection = RequestChannel(responder, securityHeaders, times, clock)
        switch transport {
        case .plain: return server(of: connection, onceListening)
        case .tls(let certificate, let key):
            return server(of: try encrypted(connection, certificate, key), onceListening)
        }
    }

    private func server(
        of connection: some ServerChildChannel, _ onceListening: @escaping @Sendable () -> Void
    ) -> any Service {
        Server(
            childChannelSetup: connection,
            configuration: ServerConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: logger)),
            onServerRunning: { _ in onceListening() }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger)
    }

    private func encrypted<Connection: ServerChildChannel>(
        _ connection: Connection, _ certificate: String, _ key: String
    ) throws -> TLSChannel<Connection> {
        let chain = try Self.reading(certificate, "certificate") {
            try NIOSSLCertificate.fromPEMFile(certificate).map(NIOSSLCertificateSource.certificate)
        }
        let privateKey = try Self.reading(key, "private key") { try NIOSSLPrivateKey(file: key, format: .pem) }
        warnIfReadable(key)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(privateKey))
        // RFC 9325 section 3.1.1 forbids what is older.
        configuration.minimumTLSVersion = .tlsv12
        do {
            return try TLSChannel(connection, tlsConfiguration: configuration)
        } catch {
            throw Complaint("the private key \(key) does not belong to the certificate \(certificate)")
        }
    }

    private func warnIfReadable(_ key: String) {
        guard let status = try? FilePath(key).stat(), status.permissions.contains(.otherRead) else { return }
        logger.warning(
            "Every user of this machine can read the private key: take that away with chmod o-rwx",
            metadata: ["file": "\(key)"])
    }

    private static func reading<Value>(_ path: String, _ what: String, _ body: () throws -> Value) throws -> Value {
        do {
            _ = try FileDescriptor.open(FilePath(path), .readOnly).closeAfter {}
            return try body()
        } catch let error as Errno {
            throw Complaint("the \(what) \(path) cannot be read: \(error)")
        } catch {
            throw Complaint("the file \(path) holds no \(what) in PEM form")
        }
    }

    /// `error` as a complaint about this address, if it came of listening there.
    func complaint(about error: any Error) -> Complaint? {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            Complaint("port \(port) on \(host) is in use: stop the other program, or choose a port with --port")
        case let error as IOError where error.errnoCode == EACCES:
            Complaint("this user may not listen on port \(port) of \(host): choose a port over 1023 with --port")
        case let error as IOError:
            Complaint("cannot listen on port \(port) of \(host): \(Errno(rawValue: error.errnoCode))")
        case is SocketAddressError.UnknownHost:
            Complaint("cannot listen on \(host): there is no address of that name")
        default: nil
        }
    }
}
