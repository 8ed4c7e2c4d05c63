/// How a node of Memcached is started: it has no configuration file, only arguments.
package struct MemcachedOptions: Sendable, Equatable {
    package let address: String
    package let port: Int
    /// What the node runs with, by the names of the service's parameters.
    package let parameters: [String: String]
    /// The names of those that somebody chose. What nobody chose is left to the engine, where its own default has changed since.
    package let chosen: Set<String>
    /// No more clients than this, whatever the parameters say: an engine that may not have as many descriptors does not start.
    package let connectionLimit: Int

    package init(address: String, port: Int, parameters: [String: String], chosen: Set<String> = [], connectionLimit: Int) {
        self.address = address
        self.port = port
        self.parameters = parameters
        self.chosen = chosen
        self.connectionLimit = connectionLimit
    }

    /// Mebibytes of the smallest cache: below this the engine has no room for one page of each size of item.
    private static let leastMemory = 8
    private static let letters = [
        ("backlog_queue_limit", "-b"), ("binding_protocol", "-B"), ("chunk_size", "-n"), ("chunk_size_growth_factor", "-f"),
        ("max_item_size", "-I"), ("num_threads", "-t"), ("requests_per_event", "-R"),
    ]
    private static let switches = [
        ("cas_disabled", "-C"), ("disable_flush_all", "-F"), ("error_on_memory_exhausted", "-M"), ("large_memory_pages", "-L"),
        ("lock_down_paged_memory", "-k"), ("maximize_core_file_limit", "-r"),
    ]
    /// Names after `-o`: with a value, or on and off.
    private static let extendedValues = [
        ("hash_algorithm", "hash_algorithm"), ("hashpower_init", "hashpower"), ("idle_timeout", "idle_timeout"),
        ("slab_automove", "slab_automove"), ("watcher_logbuf_size", "watcher_logbuf_size"), ("worker_logbuf_size", "worker_logbuf_size"),
    ]
    private static let extendedSwitches = [
        "expirezero_does_not_evict", "inline_ascii_resp", "lru_crawler", "lru_maintainer", "maxconns_fast", "modern", "no_modern",
        "slab_reassign", "track_sizes",
    ]
    /// What `-o` takes although no help lists it.
    private static let unlisted: Set<String> = ["inline_ascii_resp", "slab_automove", "slab_reassign"]

    /// `-u` is for engines that are started by root, and refuse to run without; others ignore it.
    package func arguments(for build: MemcachedBuild) -> [String] {
        var words = ["-u", "root", "-l", address, "-p", "\(port)", "-U", "0", "-m", "\(memory)", "-c", "\(connections)"]
        for (name, letter) in Self.letters {
            if let value = parameters[name] { words += [letter, value] }
        }
        words += Self.switches.filter { isOn($0.0) }.map(\.1)
        let extended = extendedOptions(for: build)
        if !extended.isEmpty { words += ["-o", extended.joined(separator: ",")] }
        return words
    }

    /// Mebibytes: what connections take comes off the node's memory.
    private var memory: Int {
        let all = number("max_cache_memory") ?? 64
        return max(all - (number("memcached_connections_overhead") ?? 0), Self.leastMemory)
    }

    private var connections: Int {
        max(min(number("max_simultaneous_connections") ?? 1024, connectionLimit), 1)
    }

    private func extendedOptions(for build: MemcachedBuild) -> [String] {
        func isKnown(_ option: String) -> Bool {
            Self.unlisted.contains(option) || build.extendedOptions.contains(option)
        }
        let values = Self.extendedValues.compactMap { name, option -> String? in
            guard chosen.contains(name), isKnown(option), let value = parameters[name] else { return nil }
            return "\(option)=\(value)"
        }
        let switches = Self.extendedSwitches.compactMap { name -> String? in
            let option = name.hasPrefix("no_") ? String(name.dropFirst(3)) : name
            guard chosen.contains(name), isKnown(option) else { return nil }
            // What can only be switched on is left out where it is off.
            if name == "modern" || name == "no_modern" || name == "track_sizes" || name == "expirezero_does_not_evict" {
                return isOn(name) ? name : nil
            }
            return isOn(name) ? name : "no_\(name)"
        }
        return values + switches
    }

    private func number(_ name: String) -> Int? { parameters[name].flatMap { Int($0) } }
    private func isOn(_ name: String) -> Bool { parameters[name] == "1" }
}
