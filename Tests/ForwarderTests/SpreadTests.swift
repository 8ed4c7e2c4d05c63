import NIOCore
import Testing

@testable import Forwarder

@Suite struct SpreadTests {
    private let a = ForwardRoute.Target(address: "127.0.0.1", port: 1)
    private let b = ForwardRoute.Target(address: "127.0.0.1", port: 2)
    private let c = ForwardRoute.Target(address: "127.0.0.1", port: 3)
    private let now = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func equalsTakeTurns() {
        var spread = Spread(targets: [a, b, c], fallbacks: [])
        let chosen = (0..<9).compactMap { _ in spread.next(notAmong: [], now: now) }
        #expect(chosen == [a, b, c, a, b, c, a, b, c])
        #expect(spread.connections == [a: 3, b: 3, c: 3])
    }

    @Test func turnsGoOnWhenConnectionsAreShort() {
        var spread = Spread(targets: [a, b], fallbacks: [])
        var chosen: [ForwardRoute.Target] = []
        for _ in 0..<4 {
            guard let target = spread.next(notAmong: [], now: now) else { continue }
            chosen.append(target)
            spread.ended(target)
        }
        #expect(chosen == [a, b, a, b])
    }

    @Test func fewestConnectionsGoFirst() {
        var spread = Spread(targets: [a, b], fallbacks: [])
        for _ in 0..<4 { _ = spread.next(notAmong: [], now: now) }
        spread.ended(b)
        spread.ended(b)
        #expect((0..<2).map { _ in spread.next(notAmong: [], now: now) } == [b, b])
        spread.set(targets: [a, b, c], fallbacks: [])
        #expect((0..<2).map { _ in spread.next(notAmong: [], now: now) } == [c, c])
        #expect(spread.connections == [a: 2, b: 2, c: 2])
    }

    @Test func fallbacksComeAfterAllTargets() {
        var spread = Spread(targets: [a, b], fallbacks: [c])
        #expect(spread.next(notAmong: [a], now: now) == b)
        #expect(spread.next(notAmong: [a, b], now: now) == c)
        #expect(spread.next(notAmong: [a, b, c], now: now) == nil)
        spread.set(targets: [], fallbacks: [c])
        #expect(spread.next(notAmong: [], now: now) == c)
    }

    @Test func whatDidNotAnswerIsTriedLastForAWhile() {
        var spread = Spread(targets: [a, b], fallbacks: [c])
        spread.didNotAnswer(a, now: now)
        #expect(spread.next(notAmong: [], now: now) == b)
        #expect(spread.next(notAmong: [b], now: now) == c)
        #expect(spread.next(notAmong: [b, c], now: now) == a)
        #expect(spread.next(notAmong: [b], now: now + Spread.suspension) == a)
        spread.didNotAnswer(a, now: now)
        spread.set(targets: [a], fallbacks: [c])
        #expect(spread.next(notAmong: [], now: now) == a)
    }

    @Test func nothingToTry() {
        var spread = Spread(targets: [], fallbacks: [])
        #expect(spread.next(notAmong: [], now: now) == nil)
        spread.ended(a)
        #expect(spread.connections.isEmpty)
    }
}
