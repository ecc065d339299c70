/// What to do, as `Benchmarks/run` writes it on standard input.
struct Plan: Decodable, Sendable {
    /// The port on 127.0.0.1 where the server under load answers.
    let port: Int
    /// How many connections ask at once; each waits for its answer before it asks again.
    let connections: Int
    let server: Server
    let work: Work

    struct Server: Decodable, Sendable {
        let pid: Int
        /// SQLite's `-shm` file, where the server has one.
        let walIndex: String?
    }

    enum Work: Decodable, Sendable {
        /// `GET /` for so many seconds.
        case plain(seconds: Double)
        /// So many operations of each step, one step after the other.
        case steps(Operations)
        /// Whole flows for so many seconds.
        case flow(Operations)
    }

    struct Operations: Decodable, Sendable {
        let client: Client
        let people: [Person]
        /// The number of operations of each step, or of seconds.
        let amount: Int
    }

    struct Client: Decodable, Sendable {
        let id: String
        /// The value of the `Authorization` header.
        let authorization: String
        let redirectURI: String
        let scope: String
        let verifier: String
        let challenge: String
    }

    /// Somebody who has logged in before the load begins.
    struct Person: Decodable, Sendable {
        /// The `Cookie` header of their browser.
        let cookie: String
        let subject: String
    }
}
