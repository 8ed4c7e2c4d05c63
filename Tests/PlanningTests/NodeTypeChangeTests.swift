import CacheModel
import Testing

@testable import Planning

/// Another node type, and the data that has to fit into it.
@Suite struct NodeTypeChangeTests {
    private static let mebibyte: Int64 = 1 << 20

    /// A group of three that is to have another node type, of which every node uses 10 MiB.
    private static func changing(to memory: Int64?) -> Situation {
        var group = ReplicationGroup.disabled()
        group.nodeTypeChange = "cache.other"
        group.status = .modifying
        var situation = Situation.healthy(group)
        situation.observed.memoryToBe = memory
        for id in situation.observed.members.keys {
            situation = situation.answering(id) { $0.usedMemory = 10 * mebibyte }
        }
        return situation
    }

    private static func own(_ situation: Situation) -> [Step] {
        situation.plan.steps.filter { if case .changeNodeType = $0 { true } else { false } }
    }

    @Test func whatFitsIsGiven() {
        #expect(Self.own(Self.changing(to: 10 * Self.mebibyte)) == [.changeNodeType(refusal: nil)])
    }

    @Test func oneNodeThatHoldsMoreIsEnoughToRefuseIt() {
        let situation = Self.changing(to: 10 * Self.mebibyte).answering(second) { $0.usedMemory = 11 * Self.mebibyte }
        let reason = "\(second) uses 11 MiB, and may use 10 MiB as a cache.other"
        #expect(Self.own(situation) == [.changeNodeType(refusal: reason)])
    }

    @Test func untilEveryNodeIsInItsPlaceItWaits() {
        let down = Self.changing(to: 10 * Self.mebibyte).with(third, .exited(detail: ""))
        #expect(Self.own(down).isEmpty)
        #expect(!down.plan.steps.contains(.becomeAvailable))
        var late = down
        late.observed.waited[.settings] = late.rules.patience
        #expect(Self.own(late) == [.changeNodeType(refusal: "not every node was in its place in time")])
    }

    @Test func whatIsNotKnownIsWaitedFor() {
        #expect(Self.own(Self.changing(to: nil)).isEmpty)
        #expect(!Self.changing(to: nil).plan.steps.contains(.becomeAvailable))
    }

    /// Nothing is told as done before it is recorded.
    @Test func theStatusComesLater() {
        #expect(!Self.changing(to: 10 * Self.mebibyte).plan.steps.contains(.becomeAvailable))
    }
}
