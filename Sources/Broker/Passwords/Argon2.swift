import CArgon2

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// libargon2 could not hash, mostly for want of memory. It holds libargon2's error code, never the password.
package struct Argon2Failure: Error, Equatable, Sendable {
    package let code: Int32
}

extension Argon2Failure: CustomStringConvertible {
    package var description: String { "argon2: \(unsafe String(cString: argon2_error_message(code)))" }
}

/// Argon2id itself (RFC 9106). It occupies its thread for as long as ``Argon2Parameters`` say.
enum Argon2 {
    static func hash(
        _ password: [UInt8], salt: [UInt8], parameters: Argon2Parameters, byteCount: Int
    ) throws(Argon2Failure) -> [UInt8] {
        var password = password
        var salt = salt
        var tag = [UInt8](repeating: 0, count: byteCount)
        let code = unsafe password.withUnsafeMutableBufferPointer { password in
            unsafe salt.withUnsafeMutableBufferPointer { salt in
                unsafe tag.withUnsafeMutableBufferPointer { tag in
                    unsafe compute(password: password, salt: salt, parameters: parameters, into: tag)
                }
            }
        }
        guard code == ARGON2_OK.rawValue else { throw Argon2Failure(code: code) }
        return tag
    }

    private static func compute(
        password: UnsafeMutableBufferPointer<UInt8>, salt: UnsafeMutableBufferPointer<UInt8>,
        parameters: Argon2Parameters, into tag: UnsafeMutableBufferPointer<UInt8>
    ) -> Int32 {
        var context = unsafe argon2_context()
        unsafe context.out = tag.baseAddress
        unsafe context.outlen = UInt32(tag.count)
        unsafe context.pwd = password.baseAddress
        unsafe context.pwdlen = UInt32(password.count)
        unsafe context.salt = salt.baseAddress
        unsafe context.saltlen = UInt32(salt.count)
        unsafe context.t_cost = UInt32(parameters.iterations)
        unsafe context.m_cost = UInt32(parameters.memoryKiB)
        unsafe context.lanes = UInt32(parameters.parallelism)
        unsafe context.threads = UInt32(parameters.parallelism)
        unsafe context.version = ARGON2_VERSION_NUMBER.rawValue
        unsafe context.allocate_cbk = { unsafe Argon2.mapPages($0, $1) }
        unsafe context.free_cbk = { unsafe _ = munmap($0, $1) }
        return unsafe argon2_ctx(&context, Argon2_id)
    }

    /// Takes the working memory straight from the kernel, to which it goes back at once.
    ///
    /// glibc's allocator keeps blocks of this size after their first use, so that a login storm would stay in memory.
    private static func mapPages(_ memory: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ count: Int) -> Int32 {
        let pages = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages = unsafe pages, unsafe pages != MAP_FAILED else {
            unsafe memory?.pointee = nil
            return ARGON2_MEMORY_ALLOCATION_ERROR.rawValue
        }
        #if os(Linux)
            // A dozen big pages instead of five thousand small ones: a third less time for the default parameters.
            _ = unsafe madvise(pages, count, MADV_HUGEPAGE)
        #endif
        unsafe memory?.pointee = pages.assumingMemoryBound(to: UInt8.self)
        return ARGON2_OK.rawValue
    }
}
