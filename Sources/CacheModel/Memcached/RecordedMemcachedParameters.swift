// The parameters of the Memcached families with their defaults, from the service's documentation. `max_cache_memory` (MiB) and
// `num_threads` are the node type's.

/// memcached1.4: those of 1.4.5, and those that 1.4.14, 1.4.24 and 1.4.33 added.
let parameters14 = """
    backlog_queue_limit 1024
    binding_protocol auto
    cas_disabled 0
    chunk_size 48
    chunk_size_growth_factor 1.25
    error_on_memory_exhausted 0
    large_memory_pages 0
    lock_down_paged_memory 0
    max_item_size 1048576
    max_simultaneous_connections 65000
    maximize_core_file_limit 0
    memcached_connections_overhead 100
    requests_per_event 20
    config_max 16
    config_size_max 65536
    hashpower_init 16
    maxconns_fast 0
    slab_automove 0
    slab_reassign 0
    disable_flush_all 0
    hash_algorithm jenkins
    lru_crawler 0
    lru_maintainer 0
    expirezero_does_not_evict 0
    idle_timeout 0
    modern 1
    track_sizes 0
    watcher_logbuf_size 256
    worker_logbuf_size 64
    """

/// What 1.5.10 added. It does by default what `modern` switched on before, unless `no_modern` is set.
let added15 = """
    inline_ascii_resp 0
    no_modern 0
    """
