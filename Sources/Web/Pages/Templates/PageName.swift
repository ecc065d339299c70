/// The pages, each named as its template file.
package enum PageName: String, CaseIterable, Sendable {
    case login
    case consent
    case account
    case link
    case verification
    case device
    case deviceQuestion = "device-question"
    case deviceDone = "device-done"
    case error
    case logOut = "log-out"
    case signedOut = "signed-out"
    case formPost = "form-post"
    case home
}
