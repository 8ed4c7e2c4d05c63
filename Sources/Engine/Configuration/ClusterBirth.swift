/// Two ways in which a new cluster comes into the world formed, with no node ever having to be introduced to another.
///
/// **Settled**: each node starts from the table of the finished cluster. Simple, and served after 2.0 s: a primary that starts
/// with slots waits that long, always, in case it was forgotten meanwhile and others had its slots.
///
/// **Succession**: that wait isn't imposed on a replica that takes over. So each primary starts as the replica of a *predecessor*,
/// an id in the table with the shard's slots and an address where nobody is, and is told at once to take over from it. Writes are
/// served after some 20 to 60 ms, and replicas that start then, from the table of the finished cluster, are linked after 40 to 300 ms.
/// The steps, which may be repeated from any of them, since none has data yet:
///
/// 1. start the primaries with `founding` tables;
/// 2. `clusterTakeOver()` on each that is still a replica;
/// 3. when *every* primary's `clusterNodes()` gives *all* slots to members: `clusterForget` each predecessor still listed, on each
///    primary. (Sooner, slots would be lost from a view, and that node wait its 2 s.)
/// 4. when no primary lists a predecessor: start the replicas with `settled` tables. (Sooner, gossip would tell them of it.)
///
/// Each step is taken by looking, not by counting on the one before: now and then a node takes a message that was under way for a
/// newer one, and misses a shard's slots until that shard's primary next speaks to it, within half the node timeout.
/// Every takeover makes every node write its table to the disk, so beyond some 8 shards settled tables are as fast, and surer.
package struct ClusterBirth: Sendable, Equatable {
    package struct Member: Sendable, Equatable {
        package let id: String
        package let address: String
        package let port: Int
        package let busPort: Int

        package init(id: String, address: String, port: Int, busPort: Int) {
            self.id = id
            self.address = address
            self.port = port
            self.busPort = busPort
        }
    }

    package struct Shard: Sendable, Equatable {
        package let id: String
        package let slots: [ClosedRange<Int>]
        package let primary: Member
        package let replicas: [Member]
        /// An id that no node has.
        package let predecessor: String

        package init(id: String, slots: [ClosedRange<Int>], primary: Member, replicas: [Member], predecessor: String) {
            self.id = id
            self.slots = slots
            self.primary = primary
            self.replicas = replicas
            self.predecessor = predecessor
        }
    }

    package let shards: [Shard]

    package init(shards: [Shard]) {
        self.shards = shards
    }

    /// The finished cluster. Epochs lie above those of predecessors; takeovers may have raised them further, which gossip tells.
    package var settled: ClusterTable {
        let base = Int64(shards.count)
        let nodes = shards.enumerated().flatMap { index, shard in
            let epoch = base + Int64(index) + 1
            return [shard.primary.node(of: shard, .primary(slots: shard.slots), epoch: epoch)]
                + shard.replicas.map { $0.node(of: shard, .replica(of: shard.primary.id), epoch: epoch) }
        }
        return ClusterTable(nodes: nodes, currentEpoch: 2 * base)
    }

    /// What the primary of a shard starts from.
    ///
    /// Primaries count from different epochs, so that takeovers at one moment seldom claim the same one. (The engines sort it out
    /// where they do.)
    package func founding(shardAt position: Int) -> ClusterTable {
        let nodes = shards.enumerated().flatMap { index, shard in
            let epoch = Int64(index) + 1
            // The port is never connected to with success: nothing listens on 1.
            let nobody = Member(id: shard.predecessor, address: shard.primary.address, port: 1, busPort: 1)
            return [nobody.node(of: shard, .primary(slots: shard.slots), epoch: epoch)]
                + ([shard.primary] + shard.replicas).map { $0.node(of: shard, .replica(of: shard.predecessor), epoch: epoch) }
        }
        return ClusterTable(nodes: nodes, currentEpoch: Int64(shards.count + position))
    }
}

extension ClusterBirth.Member {
    fileprivate func node(of shard: ClusterBirth.Shard, _ role: ClusterTable.Role, epoch: Int64) -> ClusterTable.Node {
        ClusterTable.Node(
            id: id, address: address, port: port, busPort: busPort, shardID: shard.id, role: role, configEpoch: epoch)
    }
}
