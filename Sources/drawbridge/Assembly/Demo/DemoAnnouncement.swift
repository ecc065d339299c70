import AsyncHTTPClient
import NIOCore
import ServiceLifecycle

/// Says what to open, as soon as all of it answers.
struct DemoAnnouncement: Service {
    let lines: [String]
    let sites: [DemoSite]
    let client: HTTPClient

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            for site in sites { try await answers(site) }
            LogOutput.standardOutput.write((lines + ["", "Ctrl-C ends it."]).map { $0 + "\n" }.joined())
        }
    }

    private func answers(_ site: DemoSite) async throws {
        while !Task.isCancelled {
            let answer = try? await client.execute(HTTPClientRequest(url: site.address), timeout: .seconds(2))
            if answer != nil { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
