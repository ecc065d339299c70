import Broker
import OAuth

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The randomness of this machine's operating system.
struct SystemRandomSource: RandomSource {
    func bytes<Width: RandomWidth>(_ width: Width.Type) -> RandomBytes<Width> {
        // One system call for all of it, where a generator takes one for every eight bytes.
        RandomBytes { bytes in
            let result = unsafe bytes.withUnsafeMutableBufferPointer { unsafe getentropy($0.baseAddress, $0.count) }
            precondition(result == 0, "The operating system has no randomness.")
        }
    }

    /// So many random bytes, for the sample city, which draws its own handles.
    func bytes(count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
