import CacheModel
import Engine
import Planning

/// Which files a process starts on: its own, or those of others.
struct Origin {
    private static let dump = NodeConfiguration.FileName.data
    private static let logs = [NodeConfiguration.FileName.logDirectory, NodeConfiguration.FileName.logFile]

    let seeds: [ProcessSpec.Seed]
    let setAside: [String]?
    /// Whether what it reads is an append-only file; or a snapshot. Neither, if there is nothing to be read.
    let isLog: Bool
    let isSnapshot: Bool

    init(_ data: StartData, of member: Member, in group: ReplicationGroup, _ state: borrowing WorldState) {
        let own = state.statuses[member.process]
        let sources = data.seeds.compactMap { group.member($0)?.process }.map { (process: $0, isLog: Self.isLog($0, state)) }
        let usesOwn = own?.hasSavedData == true && !data.setsAsideOwn && !data.replaces
        if usesOwn {
            isLog = own?.hasCurrentLog == true
            seeds = []
        } else {
            isLog = sources.first?.isLog ?? false
            let file = isLog ? group.build.logName : Self.dump
            seeds = sources.filter { [isLog] in $0.isLog == isLog }
                .map { ProcessSpec.Seed(process: $0.process, file: file, replaces: data.replaces) }
        }
        isSnapshot = !isLog && (usesOwn || !seeds.isEmpty)
        var aside: [String] = []
        if data.setsAsideOwn { aside.append(Self.dump) }
        // An old one would be read before anything else by an engine that is told to keep one.
        if data.setsAsideOwn || data.replaces || isSnapshot && own?.logTime != nil { aside += Self.logs }
        if data.setsAsideTable { aside.append(NodeConfiguration.FileName.clusterNodes) }
        setAside = aside.isEmpty ? nil : aside
    }

    /// Whether an append-only file is what another process has to give. One that runs has been told to save a snapshot, and its log is not
    /// to be read while it is written.
    private static func isLog(_ process: String, _ state: borrowing WorldState) -> Bool {
        guard let status = state.statuses[process], status.hasCurrentLog else { return false }
        if case .running = status.phase { return false }
        return true
    }
}

extension BuildReference {
    /// Where the engine keeps its append-only file: a directory since 7.0.
    fileprivate var logName: String {
        let isOld = version.split(separator: ".").first.flatMap { Int($0) }.map { $0 < 7 } ?? false
        return isOld ? NodeConfiguration.FileName.logFile : NodeConfiguration.FileName.logDirectory
    }
}
