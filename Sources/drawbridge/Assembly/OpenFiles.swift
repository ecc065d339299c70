#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The number of files and sockets this process may have open.
enum OpenFiles {
    #if canImport(Darwin)
        private static let resource = RLIMIT_NOFILE
    #else
        private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #endif

    /// Raises the limit as far as the operator allows (from the soft to the hard one), and returns what it is then.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { return 1024 }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        let raised = unsafe setrlimit(resource, &limit) == 0
        return Int(clamping: raised ? limit.rlim_max : before)
    }

    /// How many connections to take out of `limit`: files, the database and calls to providers need the rest. Beyond
    /// ten thousand, memory is the shorter resource.
    static func connections(outOf limit: Int) -> Int {
        min(limit * 4 / 5, max(limit / 4, limit - 64), 10_000)
    }
}
