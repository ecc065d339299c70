import Broker
import OAuth
import Testing

@Suite("Passwords: verified client secrets in memory")
struct VerifiedSecretCacheTests {
    private let transport = ClientID(rawValue: "transport")
    private let parking = ClientID(rawValue: "parking")
    private let first = PasswordHash(phc: "$first")
    private let second = PasswordHash(phc: "$second")

    private func cache(capacity: Int = 8) -> VerifiedSecretCache {
        var generator = SystemRandomNumberGenerator()
        return VerifiedSecretCache(key: RandomBytes(from: &generator), capacity: capacity)
    }

    @Test("A secret is known again for its client and its hash, and for nothing else")
    func exactness() {
        let cache = cache()
        cache.insert(Secret("s3cret"), of: transport, hash: first)
        #expect(cache.contains(Secret("s3cret"), of: transport, hash: first))
        #expect(!cache.contains(Secret("s3creT"), of: transport, hash: first))
        #expect(!cache.contains(Secret(""), of: transport, hash: first))
        #expect(!cache.contains(Secret("s3cret"), of: parking, hash: first))
        #expect(!cache.contains(Secret("s3cret"), of: transport, hash: second))
    }

    @Test("After a rotation only the new secret is known")
    func rotation() {
        let cache = cache()
        cache.insert(Secret("old"), of: transport, hash: first)
        cache.insert(Secret("new"), of: transport, hash: second)
        #expect(cache.contains(Secret("new"), of: transport, hash: second))
        #expect(!cache.contains(Secret("old"), of: transport, hash: second))
        #expect(!cache.contains(Secret("old"), of: transport, hash: first))
    }

    @Test("When it is full, the client that was idle longest is forgotten")
    func bound() {
        let cache = cache(capacity: 2)
        let third = ClientID(rawValue: "third")
        cache.insert(Secret("a"), of: transport, hash: first)
        cache.insert(Secret("b"), of: parking, hash: first)
        #expect(cache.contains(Secret("a"), of: transport, hash: first))
        cache.insert(Secret("c"), of: third, hash: first)
        #expect(cache.contains(Secret("a"), of: transport, hash: first))
        #expect(!cache.contains(Secret("b"), of: parking, hash: first))
        #expect(cache.contains(Secret("c"), of: third, hash: first))
    }

    @Test("Nothing that is printed shows a secret")
    func redaction() {
        let cache = cache()
        cache.insert(Secret("apricot"), of: transport, hash: first)
        var printed = "\(cache)"
        dump(cache, to: &printed)
        #expect(!printed.contains("apricot"))
        #expect(printed.contains("VerifiedSecretCache"))
    }
}
