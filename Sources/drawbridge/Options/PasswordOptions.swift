import ArgumentParser
import OAuth

/// Where a new password comes from.
struct PasswordOptions: ParsableArguments {
    @Flag(help: "Read the password from standard input, up to the first line's end; otherwise it is asked for.")
    var passwordStdin = false

    /// The password as typed or piped.
    func read() throws -> Secret {
        if passwordStdin {
            guard let line = readLine(strippingNewline: true) else {
                throw Complaint("no password came in on standard input")
            }
            return Secret(line)
        }
        return try Terminal.newPassword()
    }
}
