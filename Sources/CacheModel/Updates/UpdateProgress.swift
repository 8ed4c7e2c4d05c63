#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// How far a service update has come in a group that it was applied to.
package struct UpdateProgress: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case waitingToStart = "waiting-to-start"
        case inProgress = "in-progress"
        /// No further node is replaced.
        case stopping
        case stopped
        case complete
    }

    package struct Node: Codable, Sendable, Equatable {
        package var start: Date
        package var end: Date?

        package init(start: Date, end: Date? = nil) {
            self.start = start
            self.end = end
        }
    }

    /// What the group's nodes are to run on.
    package var build: BuildReference
    package private(set) var state: State
    /// Since when it is in that state.
    package private(set) var changed: Date
    package var requested: Date
    /// The members that were begun with, by id.
    package var nodes: [String: Node]

    package init(build: BuildReference, requested: Date) {
        self.build = build
        self.state = .waitingToStart
        self.changed = requested
        self.requested = requested
        self.nodes = [:]
    }

    package var isUnderWay: Bool {
        switch state {
        case .waitingToStart, .inProgress, .stopping: true
        case .stopped, .complete: false
        }
    }

    package mutating func enter(_ state: State, at date: Date) {
        guard state != self.state else { return }
        self.state = state
        changed = date
    }
}

extension ReplicationGroup {
    /// The update that the group is in the middle of: one at most. A change of the engine version is one, too.
    package var update: (name: String, progress: UpdateProgress)? {
        if let upgrade { return (name: upgrade.name, progress: upgrade.progress) }
        return updates?.first { $0.value.isUnderWay }.map { (name: $0.key, progress: $0.value) }
    }

    /// All that its members are started with.
    package var builds: [BuildReference] { members.compactMap(\.build).reduce(into: [build]) { if !$0.contains($1) { $0.append($1) } } }

    /// What a member is started with from now on.
    package func build(of member: Member) -> BuildReference { member.build ?? build }
}
