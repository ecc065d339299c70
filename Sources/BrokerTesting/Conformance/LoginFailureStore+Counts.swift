package import Foundation
package import Storage
import Synchronization

extension LoginFailureStore {
    /// What is counted for `keys` at `now`: asked by an attempt that is made to wait, and so changes nothing.
    package func counts(of keys: [String], at now: Date) async throws -> [String: LoginFailures] {
        let seen = Mutex<[String: LoginFailures]>([:])
        _ = try await countAttempt(of: keys, at: now, window: 60) { failures in
            seen.withLock { $0 = failures }
            return 1
        }
        return seen.withLock { $0 }
    }
}
