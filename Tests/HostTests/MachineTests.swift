import Foundation
import Testing

@testable import Host

@Suite struct MachineTests {
    @Test func facts() {
        let limit = Machine.raiseFileLimit()
        #expect(limit.soft == min(limit.hard, 1_048_576) || limit.soft > 1_048_576)
        #expect(Machine.overcommitMemory.map { (0...2).contains($0) } ?? false)
        #expect(Machine.listenBacklogLimit ?? 0 > 0)
        #expect(Machine.availableMemory ?? 0 > 0)
        #expect(Machine.bootID.count == 36)
        #expect(Machine.executablePath.map { FileManager.default.isExecutableFile(atPath: $0) } ?? false)
        Machine.limitMallocArenas()
    }

    @Test func blockingCallsAreBounded() async {
        let calls = BlockingCalls(limit: 2)
        let most = await withTaskGroup(of: Int.self) { group in
            for number in 0..<20 {
                group.addTask { await calls.run { number } }
            }
            return await group.reduce(0, +)
        }
        #expect(most == 190)
    }
}
