#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A lock on the folder of a file, for processes that edit the file; whoever only reads it needs none.
struct FolderLock {
    private let descriptor: Int32

    /// Waits until no other process has the lock.
    init(folderOf path: String) throws(FileFailure) {
        descriptor = unsafe open(PrivateFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, attempt: "open its folder") }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let number = errno
                close(descriptor)
                throw .system(number, attempt: "lock its folder")
            }
        }
    }

    /// Lets the next process have it; to be called once.
    func release() {
        close(descriptor)
    }
}
