import CacheModel
import Foundation
import ServiceLifecycle

/// Keeps a file in the form of /etc/hosts with the names of all endpoints, for resolvers that can be pointed at it.
package struct HostsFile: Service {
    private static let pause: Duration = .milliseconds(200)

    let world: World
    let path: String

    package init(world: World, path: String) {
        self.world = world
        self.path = path
    }

    package func run() async throws {
        let changes = world.changedGroups()
        await cancelWhenGracefulShutdown {
            var written: String?
            for await _ in changes {
                let text = world.read { Self.text($0) }
                if text != written {
                    // A file that can't be written now is written after the next change.
                    written = (try? Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)) == nil ? nil : text
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    static func text(_ state: borrowing WorldState) -> String {
        let lines =
            state.groups.values.map(\.value).sorted { $0.id < $1.id }.flatMap { group -> [String] in
                // Names are others with encryption: clients that came before it go on with theirs.
                let kinds = group.transitChange != nil ? [true, false] : [group.isEncryptedInTransit]
                let names = kinds.compactMap { EndpointNames(of: group, tls: $0) }
                return names.flatMap { Self.lines(of: group, $0) }
            }
            + MemcachedHosts.lines(state.memcachedClusters.byKey.values.map(\.value))
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of group: ReplicationGroup, _ names: EndpointNames) -> [String] {
        var lines = group.configurationAddresses.map { "\($0) \(names.configuration)" }
        for nodeGroup in group.nodeGroups {
            lines += nodeGroup.primaryAddresses.map { "\($0) \(names.primary)" }
            lines += nodeGroup.readerAddresses.map { "\($0) \(names.reader)" }
            lines += nodeGroup.members.flatMap { member in member.addresses.map { "\($0) \(names.node(member.id))" } }
        }
        return lines
    }
}
