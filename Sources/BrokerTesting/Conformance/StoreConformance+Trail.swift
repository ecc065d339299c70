import OAuth
package import Storage
import Testing

extension StoreConformance {
    /// Every event is numbered without gaps and linked to the one before, whatever change it tells of.
    package func eventsAreLinked() async throws {
        let store = try await emptyStore()
        #expect(
            try await store.trailExtent() == TrailExtent(start: .origin, end: .origin, seal: nil),
            "An empty trail has no end and no seal.")
        let bare = AuditEvent(.loginFailed, at: Fixtures.noon, ray: nil)
        try await store.append([bare, .sample(.tokenIssued)])
        try await store.insert(try Client.transport, event: .sample(.clientCreated))
        await #expect(throws: StoreError.conflict) {
            try await store.insert(try Client.transport, event: .sample(.clientCreated))
        }
        try await store.append([.sample(.loginFailed)])

        let rows = try await store.trailRows()
        let events = [bare, .sample(.tokenIssued), .sample(.clientCreated), .sample(.loginFailed)]
        #expect(rows.map(\.number) == [1, 2, 3, 4])
        #expect(rows.map(\.content?.event) == events)
        var position = TrailPosition.origin
        for row in rows {
            position = position.advanced(by: try #require(row.content?.event))
            #expect(row.content?.link == position.link)
        }
        #expect(try await store.trailExtent().end == position)
        #expect(try await store.trailRows(after: 2).map(\.number) == [3, 4])
    }

    /// A seal takes the place only of the one that was read.
    package func sealsFollowEachOther() async throws {
        let store = try await emptyStore()
        #expect(try await !store.replaceSeal("another", by: "first", events: [.sample(.trailSealed)]))
        #expect(try await store.replaceSeal(nil, by: "first", events: [.sample(.trailSealed)]))
        #expect(try await !store.replaceSeal(nil, by: "second", events: []))
        #expect(try await store.replaceSeal("first", by: "second", events: []))
        #expect(try await store.trailExtent().seal == "second")
        #expect(try await store.trailRows().count == 1)
    }

    /// Retention takes the oldest events and leaves a trail that goes on from there.
    package func trailsAreShortened() async throws {
        let store = try await emptyStore()
        try await store.append((0..<5).map { .sample(.loginFailed, at: Fixtures.noon(plus: Double($0))) })
        let extent = try await store.trailExtent()
        let rows = try await store.trailRows()
        let start = TrailPosition(number: 3, link: try #require(rows[2].content?.link))
        let event = AuditEvent.sample(.trailShortened, at: Fixtures.noon(plus: 9))
        #expect(try await store.shortenTrail(extent, to: start, seal: "seal", event: event))
        #expect(try await !store.shortenTrail(extent, to: start, seal: "other", event: event), "It begins elsewhere.")
        let shortened = try await store.trailExtent()
        #expect(shortened.start == start)
        #expect(shortened.end == extent.end.advanced(by: event))
        #expect(shortened.seal == "seal")
        #expect(try await store.trailRows().map(\.number) == [4, 5, 6])
        #expect(try await store.events(matching: AuditFilter()).count == 3)
        let next = shortened.end.advanced(by: event)
        try await store.append([event])
        #expect(try await store.trailExtent().end == next)
    }

    /// Nodes that write at once write one trail.
    package func manyWriteOneTrail() async throws {
        let nodes = try await makeNodes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                let node = nodes[number % nodes.count]
                group.addTask { try await node.append([.sample(.loginFailed), .sample(.loginSucceeded)]) }
            }
            try await group.waitForAll()
        }
        let rows = try await nodes[0].trailRows()
        var position = TrailPosition.origin
        for row in rows {
            position = position.advanced(by: try #require(row.content?.event))
            #expect(row == TrailRow(number: position.number, content: row.content))
            #expect(row.content?.link == position.link)
        }
        #expect(position.number == 120)
        #expect(try await nodes[0].trailExtent().end == position)
    }
}

extension AuditStore {
    /// All rows after `number`.
    package func trailRows(after number: Int = 0) async throws -> [TrailRow] {
        try await walkTrail(after: { _ in number }, from: { _ in [] }, { rows, row in rows.append(row) })
    }
}
