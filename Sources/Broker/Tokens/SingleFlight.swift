/// Lets one of several simultaneous calls for the same key do the work, and gives its result to all.
actor SingleFlight<Key: Hashable & Sendable, Value: Sendable> {
    private var followers: [Key: [CheckedContinuation<Result<Value, any Error>, Never>]] = [:]

    /// Runs `work` unless a call for `key` is under way; then waits for that one's result.
    func run(_ key: Key, _ work: @Sendable () async throws -> Value) async throws -> Value {
        while followers[key] != nil {
            let result = await withCheckedContinuation { followers[key, default: []].append($0) }
            // A leader that was cancelled answers for itself alone: the next caller in line leads.
            if case .failure(let error) = result, error is CancellationError { continue }
            return try result.get()
        }
        followers[key] = []
        let result: Result<Value, any Error>
        do {
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        for follower in followers.removeValue(forKey: key) ?? [] {
            follower.resume(returning: result)
        }
        return try result.get()
    }
}
