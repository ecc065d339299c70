#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What tells one state of a file from another without reading it; a link counts as what it leads to.
struct FileStamp: Sendable, Hashable {
    private let inode: UInt64
    private let size: Int64
    private let modified: Moment
    /// Also moved by a new name, owner or mode, and by whoever sets the time of modification back.
    private let changed: Moment
    let mode: UInt32

    private struct Moment: Sendable, Hashable {
        let seconds: Int
        let nanoseconds: Int
    }

    /// The state of the file at `path` now; nil if there is none.
    init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Moment(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        changed = Moment(seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
        mode = UInt32(status.st_mode)
    }
}
