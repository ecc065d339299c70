import Dispatch
import Synchronization

/// Brings the pages of the log into the database file in time, so that the log begins anew and stays short.
///
/// Left to itself, SQLite has the commit that fills the log do it, and everybody behind that commit waits for as long
/// (https://sqlite.org/wal.html §3.1). Here a connection of its own copies beside the writer. As the log begins anew
/// only where nothing of it is left at the beginning of a change, the writer copies what came in meanwhile.
///
/// Beside the writer there is one copy, never two in a row: SQLite before 3.51.3 can lose commits where the log begins
/// anew while a second one begins (https://sqlite.org/wal.html#walresetbug).
final class Checkpoints: Sendable {
    /// What the writer is to do after a commit.
    enum WritersPart {
        case nothing
        /// ``copyRest(by:)``, before it writes again.
        case copyRest
    }

    private enum Phase {
        /// The log fills; it is copied once it holds so many pages.
        case filling(upTo: Int)
        case copyingBeside(pages: Int)
        case restIsLeft(pages: Int)
    }

    /// Under load the same pages change again and again: the longer the log, the fewer of them are copied in vain.
    /// One table of its index holds about so many.
    private static let logPages = 4000
    /// How many pages later another try is made where the log did not begin anew: somebody reads its older pages, or
    /// another process writes or copies.
    private static let pause = 1000

    /// The connection that copies beside the writer; nil once closed.
    private let connection: Mutex<Connection?>
    private let queue = DispatchQueue(label: "drawbridge.checkpoints")
    private let phase = Mutex(Phase.filling(upTo: logPages))

    init(connection: sending Connection) {
        self.connection = Mutex(connection)
    }

    /// Takes note that the log holds so many `pages` after a commit, and begins to copy where it has become long.
    func note(pages: Int) -> WritersPart {
        let next: (isLong: Bool, part: WritersPart) = phase.withLock { phase in
            switch phase {
            case .filling where pages < Self.logPages:
                phase = .filling(upTo: Self.logPages)
                return (false, .nothing)
            case .filling(let limit) where pages < limit: return (false, .nothing)
            case .filling:
                phase = .copyingBeside(pages: pages)
                return (true, .nothing)
            case .copyingBeside: return (false, .nothing)
            case .restIsLeft:
                phase = .restIsLeft(pages: pages)
                return (false, .copyRest)
            }
        }
        if next.isLong { queue.async { self.copyBeside() } }
        return next.part
    }

    /// Copies by the writer's own connection what the other has left; its next change begins the log anew.
    func copyRest(by writer: Connection) {
        copy(by: writer)
        phase.withLock { phase in
            guard case .restIsLeft(let pages) = phase else { return }
            phase = .filling(upTo: pages + Self.pause)
        }
    }

    /// Waits for the copying under way, then closes the connection.
    func close() {
        queue.sync { connection.withLock { $0 = nil } }
    }

    private func copyBeside() {
        connection.withLock { connection in
            if let connection { copy(by: connection) }
        }
        phase.withLock { phase in
            guard case .copyingBeside(let pages) = phase else { return }
            phase = .restIsLeft(pages: pages)
        }
    }

    /// A failure is no reason to refuse anybody: what was committed is in the log, and is copied another time.
    private func copy(by connection: Connection) {
        try? connection.checkpoint()
    }
}
