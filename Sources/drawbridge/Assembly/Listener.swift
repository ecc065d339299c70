import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
import NIOSSL
import SystemPackage

/// Where and how the broker listens.
struct Listener: Sendable {
    let host: String
    let port: Int
    private let transport: ServeConfiguration.Transport

    init(_ configuration: ServeConfiguration) {
        host = configuration.host
        port = configuration.port
        transport = configuration.transport
    }

    var address: BindAddress { .hostname(host, port: port) }

    /// Builds connections; a certificate or key that cannot be used is named.
    func builder() throws -> HTTPServerBuilder {
        switch transport {
        case .plain: return .http1()
        case .tls(let certificate, let key):
            let chain = try Self.reading(certificate, "certificate") {
                try NIOSSLCertificate.fromPEMFile(certificate).map(NIOSSLCertificateSource.certificate)
            }
            let privateKey = try Self.reading(key, "private key") { try NIOSSLPrivateKey(file: key, format: .pem) }
            let configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(privateKey))
            do {
                _ = try NIOSSLContext(configuration: configuration)
                return try .tls(.http1(), tlsConfiguration: configuration)
            } catch {
                throw Complaint("the private key \(key) does not belong to the certificate \(certificate)")
            }
        }
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
