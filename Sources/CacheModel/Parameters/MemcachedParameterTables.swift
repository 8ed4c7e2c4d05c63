// The parameters of the Memcached families, from the service's documentation, in the form of `RecordedParameters.swift`. All of them are
// arguments of the engine, and so count from a node's start. `max_cache_memory` and `num_threads` are the node type's.

/// memcached1.4: those of 1.4.5, and those that 1.4.14, 1.4.24 and 1.4.33 added.
let documentedMemcached14 = """
    backlog_queue_limit|1024|integer|1-10000|n|requires-reboot
    binding_protocol|auto|string|auto,ascii|y|requires-reboot
    cas_disabled|0|integer|0,1|y|requires-reboot
    chunk_size|48|integer|1-|y|requires-reboot
    chunk_size_growth_factor|1.25|float|1.01-|y|requires-reboot
    config_max|16|integer|1-|n|requires-reboot|1.4.14
    config_size_max|65536|integer|1-|n|requires-reboot|1.4.14
    disable_flush_all|0|integer|0,1|y|requires-reboot|1.4.24
    error_on_memory_exhausted|0|integer|0,1|y|requires-reboot
    expirezero_does_not_evict|0|integer|0,1|y|requires-reboot|1.4.24
    hash_algorithm|jenkins|string|jenkins,murmur3|y|requires-reboot|1.4.24
    hashpower_init|16|integer|12-32|n|requires-reboot|1.4.14
    idle_timeout|0|integer|0-86400|y|requires-reboot|1.4.33
    large_memory_pages|0|integer|0,1|n|requires-reboot
    lock_down_paged_memory|0|integer|0,1|n|requires-reboot
    lru_crawler|0|integer|0,1|y|requires-reboot|1.4.24
    lru_maintainer|0|integer|0,1|y|requires-reboot|1.4.24
    max_item_size|1048576|integer|1024-1073741824|y|requires-reboot
    max_simultaneous_connections|65000|integer|1-65000|n|requires-reboot
    maxconns_fast|0|integer|0,1|y|requires-reboot|1.4.14
    maximize_core_file_limit|0|integer|0,1|y|requires-reboot
    memcached_connections_overhead|100|integer|0-|y|requires-reboot
    modern|1|integer|0,1|y|requires-reboot|1.4.33
    requests_per_event|20|integer|1-|n|requires-reboot
    slab_automove|0|integer|0-2|y|requires-reboot|1.4.14
    slab_chunk_max|524288|integer|$chunks|y|requires-reboot|1.4.33
    slab_reassign|0|integer|0,1|y|requires-reboot|1.4.14
    track_sizes|0|integer|0,1|y|requires-reboot|1.4.33
    watcher_logbuf_size|256|integer|1-1048576|y|requires-reboot|1.4.33
    worker_logbuf_size|64|integer|1-1048576|y|requires-reboot|1.4.33
    """

/// memcached1.5, from memcached1.4.
let changesMemcached15 = """
    -expirezero_does_not_evict
    -modern
    inline_ascii_resp|0|integer|0,1|y|requires-reboot
    no_modern|1|integer|0,1|y|requires-reboot
    """

/// Bytes: what divides the engine's page of a mebibyte evenly.
let slabChunkSizes = "1024,2048,4096,8192,16384,32768,65536,131072,262144,524288,1048576"
