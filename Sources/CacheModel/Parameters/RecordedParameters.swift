// The two families whose parameters were recorded from the service. Every other family is one of these with changes.
//
// A line is: name|default value|data type|allowed values|modifiable (y or n)|change type|oldest engine version, where that isn't
// the family's first. `$commands` and `$policies` stand for the lists at the end of this file.

let recordedRedis28 = """
    activerehashing|yes|string|yes,no|y|requires-reboot
    appendfsync|everysec|string|always,everysec,no|y|immediate
    appendonly|no|string|yes,no|y|immediate
    client-output-buffer-limit-normal-hard-limit|0|integer|0-|y|immediate
    client-output-buffer-limit-normal-soft-limit|0|integer|0-|y|immediate
    client-output-buffer-limit-normal-soft-seconds|0|integer|0-|y|immediate
    client-output-buffer-limit-pubsub-hard-limit|33554432|integer|0-|y|immediate
    client-output-buffer-limit-pubsub-soft-limit|8388608|integer|0-|y|immediate
    client-output-buffer-limit-pubsub-soft-seconds|60|integer|0-|y|immediate
    client-output-buffer-limit-slave-soft-seconds|60|integer|0-|n|immediate
    close-on-slave-write|yes|string|yes,no|y|immediate|2.8.23
    databases|16|integer|1-1200000|y|requires-reboot
    hash-max-ziplist-entries|512|integer|0-|y|immediate
    hash-max-ziplist-value|64|integer|0-|y|immediate
    list-max-ziplist-entries|512|integer|0-|y|immediate
    list-max-ziplist-value|64|integer|0-|y|immediate
    lua-time-limit|5000|integer|5000|n|immediate
    maxclients|65000|integer|1-65000|n|requires-reboot
    maxmemory-policy|volatile-lru|string|volatile-lru,allkeys-lru,volatile-random,allkeys-random,volatile-ttl,noeviction|y|immediate
    maxmemory-samples|3|integer|1-|y|immediate
    min-slaves-max-lag|10|integer|0-|y|immediate
    min-slaves-to-write|0|integer|0-|y|immediate
    notify-keyspace-events||string||y|immediate
    repl-backlog-size|1048576|integer|16384-|y|immediate
    repl-backlog-ttl|3600|integer|0-|y|immediate
    repl-timeout|60|integer|11-|y|immediate
    reserved-memory|0|integer|0-|y|immediate
    set-max-intset-entries|512|integer|0-|y|immediate
    slave-allow-chaining|no|string|yes,no|n|immediate
    slowlog-log-slower-than|10000|integer|-|y|immediate
    slowlog-max-len|128|integer|0-|y|immediate
    tcp-keepalive|0|integer|0-|y|immediate
    timeout|0|integer|0,20-|y|immediate
    zset-max-ziplist-entries|128|integer|0-|y|immediate
    zset-max-ziplist-value|64|integer|0-|y|immediate
    """

let recordedRedis50 = """
    active-defrag-cycle-max|75|integer|1-75|y|immediate
    active-defrag-cycle-min|5|integer|1-75|y|immediate
    active-defrag-ignore-bytes|104857600|integer|1048576-|y|immediate
    active-defrag-max-scan-fields|1000|integer|1-1000000|y|immediate
    active-defrag-threshold-lower|10|integer|1-100|y|immediate
    active-defrag-threshold-upper|100|integer|1-100|y|immediate
    activedefrag|no|string|yes,no|y|immediate
    activerehashing|yes|string|yes,no|n|requires-reboot
    appendfsync|everysec|string|always,everysec,no|n|immediate
    appendonly|no|string|yes,no|n|immediate
    client-output-buffer-limit-normal-hard-limit|0|integer|0-|y|immediate
    client-output-buffer-limit-normal-soft-limit|0|integer|0-|y|immediate
    client-output-buffer-limit-normal-soft-seconds|0|integer|0-|y|immediate
    client-output-buffer-limit-pubsub-hard-limit|33554432|integer|0-|y|immediate
    client-output-buffer-limit-pubsub-soft-limit|8388608|integer|0-|y|immediate
    client-output-buffer-limit-pubsub-soft-seconds|60|integer|0-|y|immediate
    client-output-buffer-limit-replica-soft-seconds|60|integer|0-|n|immediate
    client-query-buffer-limit|1073741824|integer|1048576-1073741824|y|immediate
    close-on-replica-write|yes|string|yes,no|y|immediate
    cluster-enabled|no|string|yes,no|n|requires-reboot
    cluster-require-full-coverage|no|string|yes,no|y|immediate
    databases|16|integer|1-1200000|n|requires-reboot
    hash-max-ziplist-entries|512|integer|0-|y|immediate
    hash-max-ziplist-value|64|integer|0-|y|immediate
    hll-sparse-max-bytes|3000|integer|1-16000|y|immediate
    lazyfree-lazy-eviction|no|string|yes,no|y|immediate
    lazyfree-lazy-expire|no|string|yes,no|y|immediate
    lazyfree-lazy-server-del|no|string|yes,no|y|immediate
    lfu-decay-time|1|integer|0-|y|immediate
    lfu-log-factor|10|integer|1-|y|immediate
    list-compress-depth|0|integer|0-|y|immediate
    list-max-ziplist-size|-2|integer|-5,-4,-3,-2,-1,1-|n|immediate
    lua-replicate-commands|yes|string|yes,no|y|immediate
    lua-time-limit|5000|integer|5000|n|immediate
    maxclients|65000|integer|1-65000|n|requires-reboot
    maxmemory-policy|volatile-lru|string|$policies|y|immediate
    maxmemory-samples|3|integer|1-|y|immediate
    min-replicas-max-lag|10|integer|0-|y|immediate
    min-replicas-to-write|0|integer|0-|y|immediate
    notify-keyspace-events||string||y|immediate
    proto-max-bulk-len|536870912|integer|1048576-536870912|y|immediate
    rename-commands||string|$commands|y|immediate|5.0.3
    repl-backlog-size|1048576|integer|16384-|y|immediate
    repl-backlog-ttl|3600|integer|0-|y|immediate
    replica-allow-chaining|no|string|yes,no|n|immediate
    replica-ignore-maxmemory|yes|string|yes,no|n|immediate
    replica-lazy-flush|no|string|yes,no|n|immediate
    reserved-memory-percent|25|integer|0-100|y|immediate
    set-max-intset-entries|512|integer|0-|y|immediate
    slowlog-log-slower-than|10000|integer|-|y|immediate
    slowlog-max-len|128|integer|0-|y|immediate
    stream-node-max-bytes|4096|integer|0-|y|immediate
    stream-node-max-entries|100|integer|0-|y|immediate
    tcp-keepalive|300|integer|0-|y|immediate
    timeout|0|integer|0,20-|y|immediate
    zset-max-ziplist-entries|128|integer|0-|y|immediate
    zset-max-ziplist-value|64|integer|0-|y|immediate
    """

let evictionPolicies = """
    volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction
    """

/// What `rename-commands` may rename.
let renameableCommands = """
    APPEND,BITCOUNT,BITFIELD,BITOP,BITPOS,BLPOP,BRPOP,BRPOPLPUSH,BZPOPMIN,BZPOPMAX,CLIENT,COMMAND,DBSIZE,DECR,DECRBY,DEL,DISCARD,\
    DUMP,ECHO,EVAL,EVALSHA,EXEC,EXISTS,EXPIRE,EXPIREAT,FLUSHALL,FLUSHDB,GEOADD,GEOHASH,GEOPOS,GEODIST,GEORADIUS,GEORADIUSBYMEMBER,\
    GET,GETBIT,GETRANGE,GETSET,HDEL,HEXISTS,HGET,HGETALL,HINCRBY,HINCRBYFLOAT,HKEYS,HLEN,HMGET,HMSET,HSET,HSETNX,HSTRLEN,HVALS,INCR,\
    INCRBY,INCRBYFLOAT,INFO,KEYS,LASTSAVE,LINDEX,LINSERT,LLEN,LPOP,LPUSH,LPUSHX,LRANGE,LREM,LSET,LTRIM,MEMORY,MGET,MONITOR,MOVE,\
    MSET,MSETNX,MULTI,OBJECT,PERSIST,PEXPIRE,PEXPIREAT,PFADD,PFCOUNT,PFMERGE,PING,PSETEX,PSUBSCRIBE,PUBSUB,PTTL,PUBLISH,\
    PUNSUBSCRIBE,RANDOMKEY,READONLY,READWRITE,RENAME,RENAMENX,RESTORE,ROLE,RPOP,RPOPLPUSH,RPUSH,RPUSHX,SADD,SCARD,SCRIPT,SDIFF,\
    SDIFFSTORE,SELECT,SET,SETBIT,SETEX,SETNX,SETRANGE,SINTER,SINTERSTORE,SISMEMBER,SLOWLOG,SMEMBERS,SMOVE,SORT,SPOP,SRANDMEMBER,\
    SREM,STRLEN,SUBSCRIBE,SUNION,SUNIONSTORE,SWAPDB,TIME,TOUCH,TTL,TYPE,UNSUBSCRIBE,UNLINK,UNWATCH,WAIT,WATCH,ZADD,ZCARD,ZCOUNT,\
    ZINCRBY,ZINTERSTORE,ZLEXCOUNT,ZPOPMAX,ZPOPMIN,ZRANGE,ZRANGEBYLEX,ZREVRANGEBYLEX,ZRANGEBYSCORE,ZRANK,ZREM,ZREMRANGEBYLEX,\
    ZREMRANGEBYRANK,ZREMRANGEBYSCORE,ZREVRANGE,ZREVRANGEBYSCORE,ZREVRANK,ZSCORE,ZUNIONSTORE,SCAN,SSCAN,HSCAN,ZSCAN,XINFO,XADD,XTRIM,\
    XDEL,XRANGE,XREVRANGE,XLEN,XREAD,XGROUP,XREADGROUP,XACK,XCLAIM,XPENDING,GEORADIUS_RO,GEORADIUSBYMEMBER_RO,LOLWUT,XSETID,SUBSTR
    """
