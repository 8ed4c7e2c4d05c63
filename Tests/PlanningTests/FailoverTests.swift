import CacheModel
import Testing

@testable import Planning

@Suite struct FailoverTests {
    struct Candidates: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let situation: Situation
        let successor: String?

        init(_ name: String, _ successor: String?, _ change: (Situation) -> Situation) {
            testDescription = name
            situation = change(Situation.healthy(.disabled(nodes: 5)).with(first, .exited(detail: "")))
            self.successor = successor
        }
    }

    private static let fourth = "g-004"
    private static let fifth = "g-005"

    @Test(arguments: [
        Candidates("equal offsets: the first by id", second) { $0 },
        Candidates("the furthest", fourth) { $0.answering(fourth) { $0.offset = 101 } },
        Candidates("the furthest, first by id", third) { $0.answering(fifth) { $0.offset = 200 }.answering(third) { $0.offset = 200 } },
        Candidates("its link being down says nothing", second) { $0.answering(second) { $0.isLinked = false } },
        Candidates("who has not synced since its start is none, however much an old file holds", third) {
            $0.answering(second) {
                $0.hasSynced = false
                $0.isLinked = false
                $0.offset = 1_000_000
            }
        },
        Candidates("nor one that speaks of a link while it syncs", third) { $0.answering(second) { $0.hasSynced = false } },
        Candidates("who has synced is fit without a single write", third) {
            $0.with(second, .silent).answering(third) { $0.offset = 0 }.with(fourth, .silent).with(fifth, .silent)
        },
        Candidates("nothing was ever written: the first by id", second) {
            $0.answering(second) { $0.offset = 0 }.answering(third) { $0.offset = 0 }.answering(fourth) { $0.offset = 0 }
                .answering(fifth) { $0.offset = 0 }
        },
        Candidates("no history is no sync", third) { $0.answering(second) { $0.replicationID = "" } },
        Candidates("a primary is no candidate", third) { $0.answering(second) { $0.role = .primary } },
        Candidates("who is silent is none", third) { $0.with(second, .silent) },
        Candidates("who loads is none", third) { $0.with(second, .loading) },
        Candidates("a foreign process is none", third) { $0.with(second, .foreign) },
        Candidates("who ended is none", third) { $0.with(second, .exited(detail: "")) },
        Candidates("who is ending is none, though it answers", third) { $0.with(second) { $0.process = .ending } },
        Candidates("a foreign history is never promoted, however long", second) {
            $0.answering(fifth) {
                $0.offset = 1_000_000
                $0.replicationID = "foreign"
            }
        },
        Candidates("one that has heard of the last promotion before the others", third) {
            $0.answering(third) {
                $0.previousReplicationID = $0.replicationID
                $0.replicationID = "after the promotion"
                $0.offset = 101
            }
        },
        Candidates("two promotions, heard of one by one, are one lineage", fifth) {
            $0.answering(second) { $0.replicationID = "foreign" }.answering(third) { $0.replicationID = "foreign" }
                .answering(fourth) {
                    $0.replicationID = "once"
                    $0.previousReplicationID = "ours"
                    $0.offset = 101
                }.answering(fifth) {
                    $0.replicationID = "twice"
                    $0.previousReplicationID = "once"
                    $0.offset = 102
                }
        },
        Candidates("one that went on from a foreign history is as foreign", second) {
            $0.answering(fifth) {
                $0.replicationID = "foreign"
                $0.previousReplicationID = "foreign too"
                $0.offset = 1_000_000
            }
        },
        Candidates("at a tie of histories, the one that goes further", third) {
            $0.answering(second) { $0.replicationID = "x" }.answering(third) {
                $0.replicationID = "y"
                $0.offset = 101
            }.with(fourth, .silent).with(fifth, .silent)
        },
        Candidates("two of one history against two strangers", fourth) {
            $0.answering(second) { $0.replicationID = "x" }.answering(third) { $0.replicationID = "y" }
        },
        Candidates("one that stays before one that leaves, if that is a little ahead", third) {
            $0.recorded(second) { $0.change = .leaving }.answering(second) { $0.offset = 1_000 }
        },
        Candidates("but not if the one that leaves has far more: it stays", second) {
            $0.recorded(second) { $0.change = .leaving }.answering(second) { $0.offset = 101 + Switchover.largestLag }
        },
        Candidates("one whose zone is up before one whose zone is down", third) { $0.dark(second).answering(second) { $0.offset = 1_000 } },
        Candidates("one that leaves, if it is the only one", fifth) {
            $0.with(second, .silent).with(third, .stopped).answering(fourth) { $0.hasSynced = false }.recorded(fifth) {
                $0.change = .leaving
            }
        },
        Candidates("one whose zone is down, if it is the only one", fifth) {
            $0.with(second, .silent).with(third, .stopped).answering(fourth) { $0.hasSynced = false }.dark(fifth)
        },
        Candidates("one that joins and is synced is as good as any", fourth) {
            $0.recorded(fourth) { $0.change = .joining }.answering(fourth) { $0.offset = 101 }
        },
        Candidates("the history on record counts, not how many have another", second) {
            $0.with { $0.group.nodeGroups[0].history = "now" }.answering(second) { $0.replicationID = "now" }
        },
        Candidates("unless another may have begun since", third) {
            $0.with { ($0.group.nodeGroups[0].history, $0.group.nodeGroups[0].historyEnd) = ("now", 9) }
                .answering(second) { $0.replicationID = "now" }.answering(third) { $0.offset = 200 }
        },
        Candidates("nobody is fit", nil) {
            $0.with(second, .silent).with(third, .exited(detail: "")).answering(fourth) { $0.hasSynced = false }.claiming(fifth)
        },
    ])
    func choosesTheSuccessor(_ candidates: Candidates) {
        let situation = candidates.situation
        #expect(Failover.successor(in: situation.group.nodeGroups[0], situation.observed)?.id == candidates.successor)
    }

    @Test func aLonePrimaryHasNone() {
        let situation = Situation.healthy(.disabled(nodes: 1))
        #expect(Failover.successor(in: situation.group.nodeGroups[0], situation.observed) == nil)
    }
}
