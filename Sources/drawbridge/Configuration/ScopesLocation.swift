import Connectors
import Foundation
import OAuth

/// Which file defines the scopes.
enum ScopesLocation: Sendable, Hashable {
    /// This one, which has to be there.
    case named(String)
    /// `scopes.json` in the working folder; without it the standard scopes are all there are.
    case usual

    private static let usualPath = "scopes.json"

    init(_ settings: Settings) throws(ConfigurationFlaw) {
        self = try settings.path(.scopes).map(Self.named) ?? .usual
    }

    /// The scopes as the file defines them now.
    func read() throws(ProviderFileProblem) -> ScopeCatalogue {
        switch self {
        case .named(let path): return try ScopeFile(path: path).read()
        case .usual:
            guard FileManager.default.fileExists(atPath: Self.usualPath) else { return .standard }
            return try ScopeFile(path: Self.usualPath).read()
        }
    }

    /// The same; a complaint for the operator where the file cannot be used.
    func catalogue() throws -> ScopeCatalogue {
        do throws(ProviderFileProblem) {
            return try read()
        } catch {
            throw Complaint("the scopes cannot be used: \(error)")
        }
    }
}
