import CacheModel
import Foundation
import Testing

@testable import ControlPlane

@Suite struct EventRetentionTests {
    @Test func whatNobodyCanAskForIsForgotten() async throws {
        let fixture = try await Fixture()
        let other = Realm(region: "eu-west-1", account: "123456789012")
        let day = 24.0 * 3600
        try await fixture.world.transact { draft in
            for (realm, count) in [(Fixture.home, 700), (other, 10)] {
                for number in 0..<count {
                    let event = Event(
                        date: Fixture.start - day * 15 + Double(number), source: .cacheCluster, identifier: "c", message: "old")
                    try draft.log(event, in: realm)
                }
                try draft.log(Event(date: Fixture.start - day * 13, source: .cacheCluster, identifier: "c", message: "kept"), in: realm)
            }
        }
        try await EventRetention(world: fixture.world, now: { fixture.clock.now }).prune()
        #expect(fixture.world.read { $0.events.mapValues { $0.map(\.event.message) } } == [Fixture.home: ["kept"], other: ["kept"]])
        #expect(try await fixture.records().count == 2)
        fixture.clock.advance(day * 2)
        try await EventRetention(world: fixture.world, now: { fixture.clock.now }).prune()
        #expect(try await fixture.records().isEmpty)
    }
}
