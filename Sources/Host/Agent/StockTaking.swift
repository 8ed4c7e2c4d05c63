import CacheModel
import Foundation
import Logging

/// Looks at records and at the machine, and says what is there to go on with. Blocks.
struct StockTaking: Sendable {
    let data: DataDirectory
    let logger: Logger

    func take(_ specs: [ProcessSpec], _ statuses: [String: ProcessStatus]) -> [String: Stock] {
        let residents = ProcessTable.residents(of: data)
        var stocks: [String: Stock] = [:]
        for spec in specs {
            stocks[spec.id] = take(spec, statuses[spec.id], residents[spec.id] ?? [])
        }
        return stocks
    }

    private func take(_ spec: ProcessSpec, _ status: ProcessStatus?, _ residents: [ProcessTable.Resident]) -> Stock {
        let directory = ProcessDirectory(data: data, spec)
        let mark = StartMark(directory: directory.path)
        let ours = residents.filter { $0.runs(spec.executable) || (mark.map(\.executable).map($0.runs) ?? false) }
        var recorded: ProcessHandle?
        var ending = ""
        if let status, case .running(let identity) = status.phase {
            (recorded, ending) = look(at: identity, in: directory)
        }
        let adoption = Adoption(
            spec: spec, status: status, recordedLives: recorded != nil, ending: ending, found: ours.filter(\.isLeader).map(\.identity),
            mark: mark)
        end(adoption.strays, of: spec.id, "Two processes run in one directory: the one that no record knows is killed")
        if adoption.adopt == nil {
            let session = status?.pidOfThisBoot
            let orphans = residents.filter { !$0.isLeader && (ours.contains($0) || $0.session == session) }
            end(orphans.map(\.identity), of: spec.id, "A process is gone and left a child in its directory: the child is killed")
        }
        return stock(adoption, recorded: recorded, status: status, directory: directory)
    }

    /// The recorded process if it lives, and how it ended if not.
    private func look(
        at identity: ProcessStatus.Identity, in directory: ProcessDirectory
    ) -> (process: ProcessHandle?, ending: String) {
        guard identity.bootID == Machine.bootID else { return (nil, "the machine was restarted") }
        guard let process = ProcessHandle(identity) else {
            return (nil, ExitDetail.text("ended while nobody watched (exit status unknown)", directory: directory.path))
        }
        guard process.hasEnded else { return (process, "") }
        return (nil, ExitDetail.text(process.reap().description, directory: directory.path))
    }

    private func stock(
        _ adoption: Adoption, recorded: ProcessHandle?, status: ProcessStatus?, directory: ProcessDirectory
    ) -> Stock {
        var stock = Stock(reported: status)
        var unreported = adoption.unreported
        if let adopt = adoption.adopt {
            if let process = recorded ?? ProcessHandle(adopt) {
                stock.running = Stock.Running(process: process, incarnation: adoption.incarnation)
            } else {
                unreported = .exited(detail: ExitDetail.text(Ending.unknown.description, directory: directory.path))
            }
        }
        stock.unreported = unreported.map { directory.status(adoption.incarnation, $0) }
        return stock
    }

    private func end(_ strays: [ProcessStatus.Identity], of name: String, _ reason: Logger.Message) {
        for stray in strays {
            logger.critical(reason, metadata: ["process": "\(name)", "pid": "\(stray.pid)"])
            guard let process = ProcessHandle(stray) else { continue }
            process.kill()
            if !process.waitForEnd(milliseconds: 1000) {
                logger.critical("It does not end", metadata: ["process": "\(name)", "pid": "\(stray.pid)"])
            }
        }
    }

    /// Says loudly what lies or runs under `nodes` without a record. It is never touched: a lost record is no reason to lose data.
    func reportUnknown(except known: Set<String>) {
        for nodes in data.allNodes {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: nodes)) ?? [] {
                guard !known.contains(name), !name.hasPrefix(".removing-") else { continue }
                logger.error("A directory that no record knows", metadata: ["path": "\(nodes)/\(name)"])
            }
        }
        for (name, residents) in ProcessTable.residents(of: data) where !known.contains(name) {
            for resident in residents {
                logger.error(
                    "A process that no record knows", metadata: ["pid": "\(resident.identity.pid)", "path": "\(data.nodes)/\(name)"])
            }
        }
    }
}

/// The text of an `exited` status.
enum ExitDetail {
    static func text(_ how: String, directory: String) -> String {
        let tail = LogTail.read(directory: directory)
        return tail.isEmpty ? how : how + "\n" + tail
    }
}

extension ProcessStatus {
    fileprivate var pidOfThisBoot: Int32? {
        if case .running(let identity) = phase, identity.bootID == Machine.bootID { identity.pid } else { nil }
    }
}
