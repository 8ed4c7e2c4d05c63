extension ParameterFamily {
    /// What a parameter is for, in a sentence: of a name that families share the same in all of them. Nil for a name that is none.
    package static func description(of parameter: String) -> String? { descriptions[parameter] }

    private static let descriptions: [String: String] = {
        let lines = (engineDescriptions + "\n" + memcachedDescriptions).split(separator: "\n")
        let pairs = lines.compactMap { line in
            line.firstIndex(of: "|").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }()
}

/// Of Redis and Valkey: name|sentence.
private let engineDescriptions = """
    acl-pubsub-default|Which channels users may publish and subscribe to whose rules say nothing of channels.
    acllog-max-len|How many refused commands and logins the log of access control keeps.
    active-defrag-cycle-max|The most effort that defragmentation takes, in percent of processor time.
    active-defrag-cycle-min|The least effort that defragmentation takes, in percent of processor time.
    active-defrag-ignore-bytes|Bytes of fragmented memory below which there is no defragmentation.
    active-defrag-max-scan-fields|Fields of a set, hash, sorted set or list that are handled in one pass over the keys.
    active-defrag-threshold-lower|Percentage of fragmentation at which defragmentation begins.
    active-defrag-threshold-upper|Percentage of fragmentation at which defragmentation takes its most effort.
    active-expire-effort|How hard expired keys are looked for that nobody asks for; more takes more processor time.
    activedefrag|Whether memory is defragmented while the node serves.
    activerehashing|Whether tables are rehashed in the background.
    appendfsync|When the append-only file is written to the disk.
    appendonly|Whether every write is logged in an append-only file.
    client-output-buffer-limit-normal-hard-limit|Bytes of unread answers at which a client is disconnected at once; 0: no limit.
    client-output-buffer-limit-normal-soft-limit|Bytes of unread answers at which a client is disconnected after the soft seconds; 0: no limit.
    client-output-buffer-limit-normal-soft-seconds|Seconds for which a client may be above its soft limit.
    client-output-buffer-limit-pubsub-hard-limit|Bytes of unread messages at which a subscriber is disconnected at once; 0: no limit.
    client-output-buffer-limit-pubsub-soft-limit|Bytes of unread messages at which a subscriber is disconnected after the soft seconds; 0: no limit.
    client-output-buffer-limit-pubsub-soft-seconds|Seconds for which a subscriber may be above its soft limit.
    client-output-buffer-limit-replica-hard-limit|Bytes waiting for a replica at which it is disconnected at once.
    client-output-buffer-limit-replica-soft-limit|Bytes waiting for a replica at which it is disconnected after the soft seconds.
    client-output-buffer-limit-replica-soft-seconds|Seconds for which a replica may be above its soft limit.
    client-output-buffer-limit-slave-hard-limit|Bytes waiting for a replica at which it is disconnected at once.
    client-output-buffer-limit-slave-soft-limit|Bytes waiting for a replica at which it is disconnected after the soft seconds.
    client-output-buffer-limit-slave-soft-seconds|Seconds for which a replica may be above its soft limit.
    client-query-buffer-limit|The most bytes of one client's requests that are kept before they are carried out.
    close-on-replica-write|Whether a client that writes to a replica is disconnected.
    close-on-slave-write|Whether a client that writes to a replica is disconnected.
    cluster-allow-pubsubshard-when-down|Whether messages of a shard's channels are delivered while the cluster is down.
    cluster-allow-reads-when-down|Whether a node answers reads of its own slots while the cluster is down.
    cluster-databases|How many databases a cluster has.
    cluster-enabled|Whether nodes run in cluster mode.
    cluster-preferred-endpoint-type|What clients of a cluster are sent to: an address or a name.
    cluster-require-full-coverage|Whether a cluster stops serving while a slot has no node.
    commandlog-large-reply-max-len|How many commands with large replies the log keeps.
    commandlog-large-request-max-len|How many large commands the log keeps.
    commandlog-reply-larger-than|Bytes of a reply from which on its command is logged; -1: none.
    commandlog-request-larger-than|Bytes of a command from which on it is logged; -1: none.
    databases|How many databases there are.
    extended-redis-compatibility|Whether a node calls itself Redis towards clients that look for that.
    hash-max-listpack-entries|The most fields of a hash that is kept in the compact form.
    hash-max-listpack-value|The most bytes of a field's value in a hash that is kept in the compact form.
    hash-max-ziplist-entries|The most fields of a hash that is kept in the compact form.
    hash-max-ziplist-value|The most bytes of a field's value in a hash that is kept in the compact form.
    hll-sparse-max-bytes|The most bytes of a HyperLogLog that is kept in the sparse form.
    latency-tracking|Whether the latency of each command is measured.
    lazyfree-lazy-eviction|Whether evicted keys are freed in the background.
    lazyfree-lazy-expire|Whether expired keys are freed in the background.
    lazyfree-lazy-server-del|Whether values that another takes the place of are freed in the background.
    lazyfree-lazy-user-del|Whether DEL frees in the background, as UNLINK does.
    lfu-decay-time|Minutes after which a key's count of uses is lowered.
    lfu-log-factor|How many more uses it takes to raise a key's count the higher it is.
    list-compress-depth|Nodes at each end of a list that are not compressed; 0: none is compressed.
    list-max-ziplist-entries|The most entries of a list that is kept in the compact form.
    list-max-ziplist-size|The size of a list's inner nodes: entries, or, below zero, a class of bytes.
    list-max-ziplist-value|The most bytes of an entry of a list that is kept in the compact form.
    lua-replicate-commands|Whether a script's effects are replicated instead of the script.
    lua-time-limit|Milliseconds after which a script that runs may be ended.
    maxclients|The most clients that may be connected at once.
    maxmemory|The most bytes that a node has for data.
    maxmemory-policy|Which keys are evicted when the memory is full.
    maxmemory-samples|How many keys are looked at to choose one for eviction.
    min-replicas-max-lag|Seconds within which a replica must have been heard of to count as one that is there.
    min-replicas-to-write|How many replicas must be there for writes to be taken.
    min-slaves-max-lag|Seconds within which a replica must have been heard of to count as one that is there.
    min-slaves-to-write|How many replicas must be there for writes to be taken.
    notify-keyspace-events|Which events of keys are published to subscribers.
    proto-max-bulk-len|The most bytes of one argument of a command.
    rename-commands|Other names for commands, or `blocked` for those that nobody may use.
    repl-backlog-size|Bytes of past writes that are kept for replicas that were away.
    repl-backlog-ttl|Seconds without a replica after which past writes are not kept any more; 0: they are kept.
    repl-timeout|Seconds of silence after which primary and replica give the other up.
    replica-allow-chaining|Whether replicas may have replicas.
    replica-ignore-maxmemory|Whether replicas leave eviction to their primary.
    replica-lazy-flush|Whether a replica frees its old data in the background before a full sync.
    reserved-memory|Bytes of a node's memory that are kept free of data.
    reserved-memory-percent|Percentage of a node's memory that is kept free of data.
    search-default-timeout-ms|Milliseconds after which a search is ended, where it names no time itself.
    search-enable-partial-results|Whether a search that some shards do not answer returns what the others found.
    search-fanout-target-mode|Which nodes a search goes to.
    set-max-intset-entries|The most members of a set of integers that is kept in the compact form.
    slave-allow-chaining|Whether replicas may have replicas.
    slave-lazy-flush|Whether a replica frees its old data in the background before a full sync.
    slowlog-log-slower-than|Microseconds from which on a command is logged as slow; below zero: none.
    slowlog-max-len|How many slow commands the log keeps.
    stream-node-max-bytes|The most bytes of a stream's inner node; 0: no limit.
    stream-node-max-entries|The most entries of a stream's inner node; 0: no limit.
    tcp-keepalive|Seconds between signs of life that idle connections are asked for; 0: none.
    timeout|Seconds after which an idle client is disconnected; 0: never.
    tracking-table-max-keys|The most keys that are watched for clients with caches of their own; 0: no limit.
    zset-max-listpack-entries|The most members of a sorted set that is kept in the compact form.
    zset-max-listpack-value|The most bytes of a member of a sorted set that is kept in the compact form.
    zset-max-ziplist-entries|The most members of a sorted set that is kept in the compact form.
    zset-max-ziplist-value|The most bytes of a member of a sorted set that is kept in the compact form.
    """

private let memcachedDescriptions = """
    backlog_queue_limit|How many connections may wait to be accepted.
    binding_protocol|Which protocols clients may use: the text protocol, or that and the binary one.
    cas_disabled|1: items have no version for compare and set, and take 8 bytes less.
    chunk_size|The least bytes that are kept for an item's key, value and flags.
    chunk_size_growth_factor|How many times larger each class of chunks is than the one before.
    config_max|How many entries there may be about the cluster's configuration.
    config_size_max|The most bytes of an entry about the cluster's configuration.
    disable_flush_all|1: nobody can empty a node with flush_all.
    error_on_memory_exhausted|1: writes fail when the memory is full, and nothing is evicted.
    expirezero_does_not_evict|1: items without an expiry are never evicted. With lru_maintainer only.
    hash_algorithm|How keys are hashed.
    hashpower_init|The first size of the table of keys, as a power of two.
    idle_timeout|Seconds after which an idle client is disconnected; 0: never.
    inline_ascii_resp|1: a part of the answer is kept with each item, for faster reads.
    large_memory_pages|1: large memory pages are used where the system has them.
    lock_down_paged_memory|1: the memory is never swapped out.
    lru_crawler|1: expired items are looked for in the background.
    lru_maintainer|1: items are sorted by use in the background.
    max_cache_memory|Mebibytes of a node's memory, of which items have what connections do not take.
    max_item_size|The most bytes of an item.
    max_simultaneous_connections|The most clients that may be connected at once.
    maxconns_fast|1: a client too many is told so and disconnected; 0: it waits.
    maximize_core_file_limit|1: a node that crashes leaves a whole core file.
    memcached_connections_overhead|Mebibytes of a node's memory that are kept for connections and all else but items.
    modern|1: slab_reassign, slab_automove, lru_crawler, lru_maintainer and maxconns_fast are on, with the hash murmur3.
    no_modern|1: slab_reassign, slab_automove, lru_crawler, lru_maintainer and maxconns_fast are off where they are not set, with the hash jenkins.
    num_threads|How many threads serve clients.
    requests_per_event|How many requests of one client are carried out in a row.
    slab_automove|Whether memory moves to the sizes of items that need it: 0 never, 1 with care, 2 at every eviction.
    slab_chunk_max|The most bytes of a chunk: larger items are kept in several.
    slab_reassign|1: memory can be moved from one size of items to another.
    track_sizes|1: how large items are is counted, for the command stats sizes.
    watcher_logbuf_size|Kibibytes of log that are kept for each client that watches it.
    worker_logbuf_size|Kibibytes of log that are kept for each thread.
    """
