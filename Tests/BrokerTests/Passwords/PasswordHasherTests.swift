import Broker
import OAuth
import Testing

@Suite("Passwords: Argon2id (RFC 9106)")
struct PasswordHasherTests {
    /// Cheap enough to hash often.
    private static func hasher(iterations: Int = 1) throws -> PasswordHasher {
        PasswordHasher(
            parameters: try Argon2Parameters(memoryKiB: 64, iterations: iterations, parallelism: 1),
            salt: {
                var generator = SystemRandomNumberGenerator()
                return RandomBytes(from: &generator)
            })
    }

    struct Vector: Sendable, CustomTestStringConvertible {
        let password: String
        let phc: String
        let verdict: PasswordHasher.Verdict

        var testDescription: String { phc }
    }

    private static let cheap = "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$"
    private static let standard = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$"
    private static let battery = cheap + "ktxdZwGWI4aL3geSdeUi9LfoIT00FO2Fy8KsikERcog"

    /// Made with Python's `cryptography` 48, whose Argon2 is OpenSSL's and not libargon2.
    private static let vectors = [
        Vector(password: "correct horse battery staple", phc: battery, verdict: .matches),
        Vector(
            password: "\u{17E}lt\u{FD} k\u{F4}\u{148}", phc: cheap + "yJ8R3Xe+NFh04JelkQfeXn18gSjDyxA9wrzA0burT5E",
            verdict: .matches),
        Vector(password: "", phc: cheap + "33SjuV6/zzjSAgU4dA/CwCrhp6Zlln5wL5DZIdWFgJo", verdict: .matches),
        Vector(password: "a\u{0}b", phc: cheap + "aRkjTQJujDTuoVktrD5ERRlqGtBzF4my8hsimB0EqfQ", verdict: .matches),
        Vector(
            password: "correct horse battery staple", phc: standard + "gYJZtjEAJqjg26xdLmknq8/bB7MiWPrE9hsYuA+SkIU",
            verdict: .matchesWithOldParameters),
        Vector(
            password: "pw", phc: "$argon2id$v=19$m=256,t=3,p=4$++/+++/+++/+++/+$Nvm41EmU2aoUYdu4hCj0yPven6FuXUF/",
            verdict: .matchesWithOldParameters),
    ]

    @Test("Hashes of another implementation verify, and those with other parameters say so", arguments: vectors)
    func verifies(_ vector: Vector) async throws {
        let hasher = try Self.hasher()
        let hash = PasswordHash(phc: vector.phc)
        #expect(try await hasher.verify(Secret(vector.password), against: hash) == vector.verdict)
        #expect(try await hasher.verify(Secret(vector.password + "x"), against: hash) == .differs)
    }

    @Test("What is hashed with a known salt is what another implementation computes")
    func hashing() async throws {
        let hasher = PasswordHasher(
            parameters: try Argon2Parameters(memoryKiB: 64, iterations: 1, parallelism: 1), salt: { .ascending })
        let hash = try await hasher.hash(Secret("correct horse battery staple"))
        #expect(hash.phc == Self.battery)
    }

    @Test("One password hashed twice gives two hashes, and both match")
    func salts() async throws {
        let hasher = try Self.hasher()
        let left = try await hasher.hash(Secret("tulip"))
        let right = try await hasher.hash(Secret("tulip"))
        #expect(left != right)
        #expect(try await hasher.verify(Secret("tulip"), against: left) == .matches)
        #expect(try await hasher.verify(Secret("tulip"), against: right) == .matches)
    }

    @Test("After the cost was raised, an old hash still matches and is to be renewed")
    func upgrade() async throws {
        let old = try await Self.hasher(iterations: 1).hash(Secret("tulip"))
        let hasher = try Self.hasher(iterations: 2)
        #expect(try await hasher.verify(Secret("tulip"), against: old) == .matchesWithOldParameters)
        let renewed = try await hasher.hash(Secret("tulip"))
        #expect(try await hasher.verify(Secret("tulip"), against: renewed) == .matches)
    }

    @Test(
        "One password typed on different keyboards is one password",
        arguments: [
            ("\u{17E}lt\u{FD}", "z\u{30C}lty\u{301}"),
            ("two words", "two\u{A0}words"),
            ("two words", "two\u{3000}words"),
            ("\u{212B}", "\u{C5}"),
        ])
    func spelling(_ left: String, _ right: String) async throws {
        let hasher = try Self.hasher()
        let hash = try await hasher.hash(Secret(left))
        #expect(try await hasher.verify(Secret(right), against: hash) == .matches)
    }

    @Test(
        "Case, width and spaces matter in a password",
        arguments: [("Tulip", "tulip"), ("tulip ", "tulip"), ("\u{FF41}", "a"), ("\u{FB01}", "fi")])
    func differences(_ left: String, _ right: String) async throws {
        let hasher = try Self.hasher()
        let hash = try await hasher.hash(Secret(left))
        #expect(try await hasher.verify(Secret(right), against: hash) == .differs)
    }

    @Test("A damaged hash is an error, not a wrong password")
    func damaged() async throws {
        let hasher = try Self.hasher()
        await #expect(throws: PasswordHasher.UnusableHash.self) {
            try await hasher.verify(Secret("tulip"), against: PasswordHash(phc: "$argon2id$v=19$m=4194304"))
        }
    }

    @Test("An unknown user's password is hashed all the same, and a cancelled request's is not")
    func nothing() async throws {
        let hasher = try Self.hasher()
        try await hasher.verifyNothing(Secret("tulip"))
        let cancelled = await withTaskGroup(of: Bool.self) { group in
            group.cancelAll()
            group.addTask {
                do {
                    try await hasher.verifyNothing(Secret("tulip"))
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            return await group.next()
        }
        #expect(cancelled == true)
    }
}

/// Yields `00 01 … 0f` and so on.
private struct Ascending: RandomNumberGenerator {
    private var byte: UInt64 = 0

    mutating func next() -> UInt64 {
        defer { byte += 8 }
        return (0..<8).reduce(0) { $0 | (byte + $1) << ($1 * 8) }
    }
}

extension RandomBytes<Bits128> {
    /// `00 01 … 0f`.
    fileprivate static var ascending: RandomBytes<Bits128> {
        var generator = Ascending()
        return RandomBytes(from: &generator)
    }
}
