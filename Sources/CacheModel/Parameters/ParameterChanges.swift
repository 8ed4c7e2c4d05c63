// What a family changes in the one that it is derived from. `-name` removes a parameter; any other line adds or replaces
// one, in the form of the recorded families.

/// redis2.6, from redis2.8.
let changesRedis26 = """
    -close-on-slave-write
    -min-slaves-max-lag
    -min-slaves-to-write
    -notify-keyspace-events
    -repl-backlog-size
    -repl-backlog-ttl
    -repl-timeout
    """

/// redis3.2, from redis2.8.
let changesRedis32 = """
    -list-max-ziplist-entries
    -list-max-ziplist-value
    -repl-timeout
    -reserved-memory
    appendfsync|everysec|string|always,everysec,no|n|immediate
    appendonly|no|string|yes,no|n|immediate
    cluster-enabled|no|string|yes,no|n|requires-reboot
    cluster-require-full-coverage|no|string|yes,no|y|immediate
    hll-sparse-max-bytes|3000|integer|1-16000|y|immediate
    list-compress-depth|0|integer|0-|y|immediate
    list-max-ziplist-size|-2|integer|-5,-4,-3,-2,-1,1-|n|immediate
    reserved-memory-percent|25|integer|0-100|y|immediate
    tcp-keepalive|300|integer|0-|y|immediate
    """

/// redis4.0, from redis3.2.
let changesRedis40 = """
    active-defrag-cycle-max|75|integer|1-75|y|immediate
    active-defrag-cycle-min|25|integer|1-75|y|immediate
    active-defrag-ignore-bytes|104857600|integer|1048576-|y|immediate
    active-defrag-threshold-lower|10|integer|1-100|y|immediate
    active-defrag-threshold-upper|100|integer|1-100|y|immediate
    activedefrag|no|string|yes,no|y|immediate
    client-query-buffer-limit|1073741824|integer|1048576-1073741824|y|immediate
    lazyfree-lazy-eviction|no|string|yes,no|y|immediate
    lazyfree-lazy-expire|no|string|yes,no|y|immediate
    lazyfree-lazy-server-del|no|string|yes,no|y|immediate
    lfu-decay-time|1|integer|0-|y|immediate
    lfu-log-factor|10|integer|1-|y|immediate
    maxmemory-policy|volatile-lru|string|$policies|y|immediate
    proto-max-bulk-len|536870912|integer|1048576-536870912|y|immediate
    slave-lazy-flush|no|string|yes,no|n|immediate
    """

/// redis6.x, from redis5.0.
let changesRedis6x = """
    -lua-replicate-commands
    acl-pubsub-default|allchannels|string|resetchannels,allchannels|y|immediate|6.2.5
    acllog-max-len|128|integer|1-10000|y|immediate
    active-expire-effort|1|integer|1-10|y|immediate
    cluster-allow-reads-when-down|no|string|yes,no|y|immediate
    databases|16|integer|1-10000|n|requires-reboot
    lazyfree-lazy-user-del|no|string|yes,no|y|immediate
    tracking-table-max-keys|1000000|integer|1-100000000|y|immediate
    """

/// redis7, from redis6.x.
let changesRedis7 = """
    -activerehashing
    -hash-max-ziplist-entries
    -hash-max-ziplist-value
    -list-max-ziplist-size
    -zset-max-ziplist-entries
    -zset-max-ziplist-value
    cluster-allow-pubsubshard-when-down|yes|string|yes,no|y|immediate
    cluster-preferred-endpoint-type|tls-dynamic|string|ip,tls-dynamic|y|immediate
    hash-max-listpack-entries|512|integer|0-|y|immediate
    hash-max-listpack-value|64|integer|0-|y|immediate
    latency-tracking|no|string|yes,no|y|immediate
    zset-max-listpack-entries|128|integer|0-|y|immediate
    zset-max-listpack-value|64|integer|0-|y|immediate
    """

/// valkey8, from valkey7.
let changesValkey8 = """
    -lazyfree-lazy-eviction
    -lazyfree-lazy-expire
    -lazyfree-lazy-server-del
    -lazyfree-lazy-user-del
    -replica-lazy-flush
    commandlog-large-reply-max-len|128|integer|0-1024|y|immediate|8.1.0
    commandlog-large-request-max-len|128|integer|0-1024|y|immediate|8.1.0
    commandlog-reply-larger-than|1048576|integer|-|y|immediate|8.1.0
    commandlog-request-larger-than|1048576|integer|-|y|immediate|8.1.0
    extended-redis-compatibility|yes|string|yes,no|y|immediate
    maxmemory-samples|3|integer|1-64|y|immediate
    repl-backlog-size|10485760|integer|16384-|y|immediate
    search-default-timeout-ms|50000|integer|1-60000|y|immediate|8.2.0
    search-enable-partial-results|yes|string|yes,no|y|immediate|8.2.0
    search-fanout-target-mode|client|string|client,throughput|y|immediate|8.2.0
    """

/// valkey9, from valkey8.
let changesValkey9 = """
    cluster-databases|0|integer|1-10000|n|requires-reboot
    """
