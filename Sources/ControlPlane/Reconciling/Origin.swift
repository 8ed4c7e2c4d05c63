import CacheModel
import Engine
import Planning

/// Which files a process starts on: its own, or those of others.
struct Origin {
    private static let dump = NodeConfiguration.FileName.data
    private static let logs = [NodeConfiguration.FileName.logDirectory, NodeConfiguration.FileName.logFile]

    private(set) var seeds: [ProcessSpec.Seed] = []
    private(set) var setAside: [String]?
    /// Whether what it reads is a snapshot, and no append-only file.
    let isSnapshot: Bool
    /// Whether what it reads is an append-only file.
    let isLog: Bool

    init(_ data: StartData, of member: Member, in group: ReplicationGroup, _ state: borrowing WorldState) {
        let own = state.statuses[member.process]
        let processes = data.seeds.compactMap { group.member($0)?.process }
        var aside: [String] = []
        if data.setsAsideOwn { aside += [Self.dump] + Self.logs }
        if data.replaces { aside += Self.logs }
        if data.setsAsideTable { aside.append(NodeConfiguration.FileName.clusterNodes) }
        setAside = aside.isEmpty ? nil : aside
        if data.replaces {
            seeds = processes.map { ProcessSpec.Seed(process: $0, file: Self.dump, replaces: true) }
            isSnapshot = true
            isLog = false
        } else if own?.hasSavedData == true, !data.setsAsideOwn {
            isLog = own?.hasCurrentLog == true
            isSnapshot = !isLog
            // Read before anything else by an engine that is told to keep one.
            if isSnapshot, own?.logTime != nil { setAside = aside + Self.logs }
        } else if let best = processes.first {
            isLog = state.statuses[best]?.hasCurrentLog == true
            let file = isLog ? group.build.logName : Self.dump
            let alike = processes.filter { [isLog] in (state.statuses[$0]?.hasCurrentLog == true) == isLog }
            seeds = alike.map { ProcessSpec.Seed(process: $0, file: file) }
            isSnapshot = !isLog
        } else {
            isSnapshot = false
            isLog = false
        }
    }
}

extension BuildReference {
    /// Where the engine keeps its append-only file: a directory since 7.0.
    fileprivate var logName: String {
        let isOld = version.split(separator: ".").first.flatMap { Int($0) }.map { $0 < 7 } ?? false
        return isOld ? NodeConfiguration.FileName.logFile : NodeConfiguration.FileName.logDirectory
    }
}
