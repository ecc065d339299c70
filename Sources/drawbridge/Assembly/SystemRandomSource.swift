import Broker
import OAuth

/// The randomness of this machine's operating system.
struct SystemRandomSource: RandomSource {
    func bytes<Width: RandomWidth>(_ width: Width.Type) -> RandomBytes<Width> {
        var generator = SystemRandomNumberGenerator()
        return RandomBytes(from: &generator)
    }

    /// So many random bytes, for the sample city, which draws its own handles.
    func bytes(count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
