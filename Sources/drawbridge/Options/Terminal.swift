import OAuth

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The person at the keyboard.
enum Terminal {
    /// Asks twice for a new password, without showing it.
    static func newPassword() throws -> Secret {
        guard isatty(STDIN_FILENO) == 1 else {
            throw Complaint("there is no terminal to ask for the password: pipe it in with --password-stdin")
        }
        let password = try ask("Password: ")
        guard try ask("The same again: ") == password else { throw Complaint("the two passwords differ") }
        return password
    }

    private static func ask(_ prompt: String) throws -> Secret {
        guard let answer = unsafe getpass(prompt) else { throw Complaint("no password was typed") }
        return Secret(unsafe String(cString: answer))
    }
}
