import Broker
import BrokerTesting
import Foundation
import OAuth
import Storage
import StorageSQLite
import Testing

@Suite("The schedule of signing keys")
struct KeyScheduleTests {
    private static let day = 86_400.0
    private let schedule = KeySchedule(days: 90)

    @Test("A key is published longer than copies of the published keys may live, and kept longer than its tokens")
    func margins() {
        for days in [1, 2, 90, 3650] {
            let schedule = KeySchedule(days: days)
            #expect(schedule.notice > KeySchedule.cacheTime + KeySchedule.clockSlack + KeySchedule.urgentNotice)
            #expect(schedule.notice < schedule.lifetime)
            #expect(schedule.retention >= 3600 + KeySchedule.cacheTime + KeySchedule.clockSlack)
        }
        var lifetimes = Lifetimes()
        lifetimes.idToken = 7200
        #expect(KeySchedule(lifetimes: lifetimes).retention == 7200 + 600)
    }

    private static let active = StoredSigningKey.sample("active")
    private static let next = StoredSigningKey.sample(
        "next", state: .next, signsFrom: Fixtures.noon(plus: 90 * day))
    private static let retiring = {
        var key = StoredSigningKey.sample("old", state: .retiring)
        key.removableAt = Fixtures.noon(plus: 100)
        return key
    }()

    @Test(
        "What is due, by what there is and what time it is",
        arguments: [
            ([active], 0, []),
            ([active], 89 * day - 0.001, []),
            ([active], 89 * day, [.publish(.es256, signsFrom: Fixtures.noon(plus: 90 * day))]),
            // Nobody was there to do it in time: the notice is kept all the same.
            ([active], 200 * day, [.publish(.es256, signsFrom: Fixtures.noon(plus: 201 * day))]),
            ([active, next], 89 * day, []),
            ([active, next], 90 * day - 0.001, []),
            (
                [active, next], 90 * day,
                [
                    .activate(
                        next.id, .es256, replacing: active.id, removal: Fixtures.noon(plus: 90 * day + 3600 + 600))
                ]
            ),
            ([retiring, active], 99.999, []),
            ([retiring, active], 100, [.remove(retiring.id)]),
            ([], 1000 * day, []),
        ] as [([StoredSigningKey], Double, [KeySchedule.Step])])
    func steps(_ keys: [StoredSigningKey], after seconds: Double, due: [KeySchedule.Step]) {
        #expect(schedule.steps(for: keys, at: Fixtures.noon(plus: seconds)) == due)
    }

    @Test("Each algorithm has a schedule of its own")
    func algorithms() {
        let rsa = StoredSigningKey.sample("rsa", algorithm: .rs256, at: Fixtures.noon(plus: Self.day))
        let waiting = Self.next
        #expect(
            schedule.steps(for: [Self.active, rsa, waiting], at: Fixtures.noon(plus: 90 * Self.day)) == [
                .activate(
                    waiting.id, .es256, replacing: Self.active.id,
                    removal: Fixtures.noon(plus: 90 * Self.day + 4200)),
                .publish(.rs256, signsFrom: Fixtures.noon(plus: 91 * Self.day)),
            ])
    }
}
