/// What the login form shows and carries.
struct LoginForm: Sendable {
    let payload: String
    let clientName: String
    var userName = ""
    var notice: String?
}
