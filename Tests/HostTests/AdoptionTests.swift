import CacheModel
import Testing

@testable import Host

@Suite struct AdoptionTests {
    private static let one = ProcessStatus.Identity(pid: 1, startTime: 10, bootID: "boot")
    private static let two = ProcessStatus.Identity(pid: 2, startTime: 20, bootID: "boot")
    private let unrecorded = ProcessStatus.Phase.exited(detail: "ended before its start was recorded (exit status unknown)")

    private func adoption(
        _ incarnation: Int, status: (Int, ProcessStatus.Phase)? = nil, lives: Bool = false,
        found: [ProcessStatus.Identity] = [], mark: Int? = nil
    ) -> Adoption {
        Adoption(
            spec: .sleeping("a", incarnation: incarnation),
            status: status.map { ProcessStatus(id: "a", incarnation: $0.0, phase: $0.1) }, recordedLives: lives, ending: "gone",
            found: found, mark: mark.map { StartMark(incarnation: $0, executable: "/bin/sleep") })
    }

    @Test func theRecordedProcessIsAdoptedAsItsOwnIncarnation() {
        let adoption = adoption(3, status: (2, .running(Self.one)), lives: true, found: [Self.one], mark: 2)
        #expect(adoption.adopt == Self.one && adoption.incarnation == 2)
        #expect(adoption.unreported == nil && adoption.strays.isEmpty)
    }

    @Test func anotherBesideTheRecordedOneIsAStray() {
        let adoption = adoption(1, status: (1, .running(Self.two)), lives: true, found: [Self.one, Self.two])
        #expect(adoption.adopt == Self.two && adoption.strays == [Self.one])
    }

    @Test func anUnrecordedProcessIsTheIncarnationOfItsMark() {
        let adoption = adoption(3, status: (1, .exited(detail: "")), found: [Self.one, Self.two], mark: 2)
        #expect(adoption.adopt == Self.one && adoption.incarnation == 2)
        #expect(adoption.unreported == .running(Self.one) && adoption.strays == [Self.two])
    }

    @Test func withoutAMarkItIsTheSpecs() {
        let adoption = adoption(3, found: [Self.one])
        #expect(adoption.adopt == Self.one && adoption.incarnation == 3)
    }

    @Test func aRecordedProcessThatIsGoneHasEnded() {
        let adoption = adoption(1, status: (1, .running(Self.one)), mark: 1)
        #expect(adoption.adopt == nil && adoption.incarnation == 1 && adoption.unreported == .exited(detail: "gone"))
    }

    @Test func anUnrecordedStartThatIsGoneIsNotRepeated() {
        let fresh = adoption(1, mark: 1)
        #expect(fresh.incarnation == 1 && fresh.unreported == unrecorded)
        let bumped = adoption(2, status: (1, .running(Self.one)), mark: 2)
        #expect(bumped.incarnation == 2 && bumped.unreported == unrecorded)
    }

    @Test(arguments: [nil, 1] as [Int?])
    func neverStarted(mark: Int?) {
        let adoption = adoption(2, status: (1, .exited(detail: "")), mark: mark)
        #expect(adoption.adopt == nil && adoption.unreported == nil)
    }
}
