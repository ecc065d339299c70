import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a file could not be read or made.
package enum FileFailure: Error, Equatable, Sendable {
    case missing
    /// A folder, device or pipe.
    case notAFile
    /// Longer than this many bytes.
    case tooLong(Int)
    /// The operating system's error number, and what was attempted.
    case system(Int32, attempt: String)
}

extension FileFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "there is no such file"
        case .notAFile: "it is not a regular file"
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .system(let number, let attempt): "cannot \(attempt): \(unsafe String(cString: strerror(number)))"
        }
    }
}

/// A file that belongs to one user: read together with its permissions, made whole or not at all.
struct PrivateFile {
    enum Creation {
        case created
        /// A file of that name is there already, and was left as it is.
        case existed
    }

    let bytes: [UInt8]
    /// The permission bits, of the very file that was read.
    let mode: UInt32

    /// Reads all of a regular file of at most `limit` bytes.
    init(reading path: String, limit: Int) throws(FileFailure) {
        // O_NONBLOCK: opening a pipe that nobody writes to would otherwise wait for ever.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw .missing }
            throw .system(errno, attempt: "open it")
        }
        defer { close(descriptor) }
        let status: Stat
        do throws(Errno) {
            status = try Stat(FileDescriptor(rawValue: descriptor))
        } catch {
            throw .system(error.rawValue, attempt: "ask for its mode")
        }
        guard status.type == .regular else { throw .notAFile }
        mode = UInt32(status.permissions.rawValue) & 0o7777
        bytes = try PrivateFile.readAll(descriptor, limit: limit)
    }

    private static func readAll(_ descriptor: Int32, limit: Int) throws(FileFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(errno, attempt: "read it") }
            bytes.append(contentsOf: chunk.prefix(count))
            guard bytes.count <= limit else { throw .tooLong(limit) }
        }
    }

    /// Makes `path` with mode 0600, on disk before this returns.
    ///
    /// The file is written under another name and then linked: so no reader ever meets half of it, of several processes
    /// exactly one makes it, and a crash leaves at most the temporary file.
    static func create(
        _ path: String, contents: [UInt8], temporaryName: String
    ) throws(FileFailure) -> Creation {
        try make(temporaryName, contents)
        defer { unsafe unlink(temporaryName) }
        guard unsafe link(temporaryName, path) == 0 else {
            if errno == EEXIST { return .existed }
            throw .system(errno, attempt: "create it")
        }
        try syncFolder(of: path)
        return .created
    }

    /// Puts `contents` in the place of the file at `path`, with mode 0600, on disk before this returns: whoever reads it
    /// meets the old file or the new one, whole. Its owner stays, as far as this process may see to that.
    static func replace(_ path: String, contents: [UInt8], temporaryName: String) throws(FileFailure) {
        // What a process left behind that was killed here; the caller's lock keeps everybody else out.
        unsafe unlink(temporaryName)
        try make(temporaryName, contents)
        // The broker that reads it may run as somebody else than whoever commands.
        if let original = try? Stat(FilePath(path)) {
            unsafe chown(temporaryName, original.userID.rawValue, original.groupID.rawValue)
        }
        guard unsafe rename(temporaryName, path) == 0 else {
            let number = errno
            unsafe unlink(temporaryName)
            throw .system(number, attempt: "replace it")
        }
        try syncFolder(of: path)
    }

    /// Makes a file that nobody else can read, on disk before this returns. If that fails there is none.
    private static func make(_ name: String, _ contents: [UInt8]) throws(FileFailure) {
        let descriptor = unsafe open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno, attempt: "create it") }
        do throws(FileFailure) {
            defer { close(descriptor) }
            guard fchmod(descriptor, 0o600) == 0 else { throw FileFailure.system(errno, attempt: "protect it") }
            try writeAll(contents, to: descriptor)
            guard fsync(descriptor) == 0 else { throw FileFailure.system(errno, attempt: "put it on disk") }
        } catch {
            unsafe unlink(name)
            throw error
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(FileFailure) {
        var written = 0
        while written < bytes.count {
            let rest = Array(bytes[written...])
            let count = unsafe write(descriptor, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(errno, attempt: "write it") }
            written += count
        }
    }

    static func folder(of path: String) -> String {
        switch path.lastIndex(of: "/") {
        case nil: "."
        case path.startIndex: "/"
        case .some(let slash): String(path[..<slash])
        }
    }

    private static func syncFolder(of path: String) throws(FileFailure) {
        let descriptor = unsafe open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, attempt: "open its folder") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(errno, attempt: "put its folder on disk") }
    }
}
