#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that is written whole or not at all: no reader ever meets half of it.
struct WholeFile {
    /// Why a file was not written.
    enum Failure: Error, Equatable {
        /// There is one already.
        case exists
        /// What the operating system said.
        case system(Int32)
    }

    let path: String
    private let temporary: String

    /// The file at `path`; what is not finished yet stands beside it under a hidden name.
    init(_ path: String) {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        self.path = path
        temporary = "\(path[..<slash]).\(path[slash...]).\(getpid())"
    }

    /// Makes the file; never in the place of another.
    func create(_ bytes: [UInt8], mode: UInt32) throws(Failure) {
        try write(bytes, like: nil, mode: mode)
        defer { unsafe unlink(temporary) }
        guard unsafe link(temporary, path) == 0 else { throw errno == EEXIST ? .exists : .system(errno) }
    }

    /// Puts `bytes` in the place of what the file holds; owner and mode stay.
    func replace(with bytes: [UInt8]) throws(Failure) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .system(errno) }
        try write(bytes, like: status, mode: UInt32(status.st_mode) & 0o7777)
        guard unsafe rename(temporary, path) == 0 else {
            let number = errno
            unsafe unlink(temporary)
            throw .system(number)
        }
    }

    private func write(_ bytes: [UInt8], like original: stat?, mode: UInt32) throws(Failure) {
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        do throws(Failure) {
            if let original, fchown(descriptor, original.st_uid, original.st_gid) != 0, errno != EPERM {
                throw .system(errno)
            }
            guard fchmod(descriptor, mode_t(mode)) == 0 else { throw .system(errno) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe Glibc.write(descriptor, Array(rest), rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw .system(errno) }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 else { throw .system(errno) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
    }
}
