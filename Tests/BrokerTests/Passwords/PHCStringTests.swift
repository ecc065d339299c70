import Testing

@testable import Broker

@Suite("Passwords: PHC strings and parameters")
struct PHCStringTests {
    private static let salt = "AAECAwQFBgcICQoLDA0ODw"
    private static let tag = "gYJZtjEAJqjg26xdLmknq8/bB7MiWPrE9hsYuA+SkIU"

    @Test(
        "A string is written as it was read",
        arguments: [
            "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=1048576,t=4,p=16$\(salt)$\(tag)",
            "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgc$AAECAwQFBgcICQoLDA0ODw",
        ])
    func roundTrip(_ text: String) {
        #expect(PHCString(parsing: text)?.text == text)
    }

    private static let hopeless = [
        "",
        "$",
        "plaintext",
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "$argon2i$v=19$m=19456,t=2,p=1$\(salt)$\(tag)",
        "$argon2d$v=19$m=19456,t=2,p=1$\(salt)$\(tag)",
        "$argon2id$v=16$m=19456,t=2,p=1$\(salt)$\(tag)",
        "$argon2id$m=19456,t=2,p=1$\(salt)$\(tag)",
        "argon2id$v=19$m=19456,t=2,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$t=2,m=19456,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=19456,t=2$\(salt)$\(tag)",
        "$argon2id$v=19$m=19456,t=2,p=1,keyid=AA$\(salt)$\(tag)",
        "$argon2id$v=19$m=019456,t=2,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=+19456,t=2,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=-1,t=2,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=,t=2,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=99999999999999999999,t=2,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=1048577,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=1048576,t=5,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=19456,t=4294967295,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=19456,t=2,p=17$\(salt)$\(tag)",
        "$argon2id$v=19$m=19456,t=0,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=7,t=1,p=1$\(salt)$\(tag)",
        "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$",
        "$argon2id$v=19$m=19456,t=2,p=1$$\(tag)",
        "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$\(tag)=",
        "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$\(tag)$",
        "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$-\(tag.dropFirst())",
        "$argon2id$v=19$m=19456,t=2,p=1$AAEC$\(tag)",
        "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$AAECAwQFBgc",
        "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$\(tag)\n",
        "$argon2id$v=19$m=19456,t=2,p=1$\(salt)$\(String(repeating: "A", count: 100_000))",
    ]

    @Test(
        "Any other string, and any that would cost too much, is refused before it costs anything", arguments: hopeless)
    func refused(_ text: String) {
        #expect(PHCString(parsing: text) == nil)
    }

    private static let absurd: [(memory: Int, iterations: Int, parallelism: Int, flaw: Argon2Parameters.Flaw)] = [
        (19_456, 2, 0, .parallelism), (19_456, 2, 17, .parallelism), (19_456, 2, -1, .parallelism),
        (7, 1, 1, .memory), (127, 1, 16, .memory), (1_048_577, 1, 1, .memory), (Int.max, 1, 1, .memory),
        (19_456, 0, 1, .iterations), (19_456, 216, 1, .iterations), (1_048_576, 5, 1, .iterations),
        (8, Int.max, 1, .iterations),
    ]

    @Test("Parameters out of bounds are refused, by name")
    func parameters() {
        for row in Self.absurd {
            #expect(throws: row.flaw, "\(row)") {
                try Argon2Parameters(
                    memoryKiB: row.memory, iterations: row.iterations, parallelism: row.parallelism)
            }
        }
    }

    @Test("The defaults are 19 MiB, two passes, one lane")
    func defaults() throws {
        #expect(
            try Argon2Parameters(memoryKiB: 19 * 1024, iterations: 2, parallelism: 1) == Argon2Parameters.standard)
    }
}
