/// How a node of Memcached is started: it has no configuration file, only arguments.
package struct MemcachedOptions: Sendable, Equatable {
    package let addresses: [String]
    package let port: Int
    /// What the node runs with, by the names of the service's parameters.
    package let parameters: [String: String]
    /// The names of those that somebody chose. What nobody chose is left to the engine, where its own default has changed since.
    package let chosen: Set<String>
    /// No more clients than this, whatever the parameters say: an engine that may not have as many descriptors does not start.
    package let connectionLimit: Int
    /// Whether it speaks TLS, with the certificate in its directory, and nothing else.
    package let isEncrypted: Bool

    package init(
        addresses: [String], port: Int, parameters: [String: String], chosen: Set<String> = [], connectionLimit: Int,
        isEncrypted: Bool = false
    ) {
        self.addresses = addresses
        self.port = port
        self.parameters = parameters
        self.chosen = chosen
        self.connectionLimit = connectionLimit
        self.isEncrypted = isEncrypted
    }

    /// More threads the engine itself advises against.
    private static let mostThreads = 64
    /// Mebibytes of the smallest cache: below this the engine has no room for one page of each size of item.
    private static let leastMemory = 8
    private static let letters = [
        ("backlog_queue_limit", "-b"), ("binding_protocol", "-B"), ("chunk_size", "-n"), ("chunk_size_growth_factor", "-f"),
        ("max_item_size", "-I"), ("requests_per_event", "-R"),
    ]
    private static let switches = [
        ("cas_disabled", "-C"), ("disable_flush_all", "-F"), ("error_on_memory_exhausted", "-M"), ("large_memory_pages", "-L"),
        ("lock_down_paged_memory", "-k"), ("maximize_core_file_limit", "-r"),
    ]
    /// Names after `-o`: with a value, or on and off.
    private static let extendedValues = [
        ("hash_algorithm", "hash_algorithm"), ("hashpower_init", "hashpower"), ("idle_timeout", "idle_timeout"),
        ("slab_automove", "slab_automove"), ("slab_chunk_max", "slab_chunk_max"), ("watcher_logbuf_size", "watcher_logbuf_size"),
        ("worker_logbuf_size", "worker_logbuf_size"),
    ]
    private static let extendedSwitches = [
        "expirezero_does_not_evict", "inline_ascii_resp", "lru_crawler", "lru_maintainer", "maxconns_fast", "slab_reassign", "track_sizes",
    ]
    /// From this version on an engine is by itself what was called modern before.
    private static let firstModern = EngineBuild.Version(1, 5)
    /// What `-o` takes although no help lists it.
    private static let unlisted: Set<String> = ["inline_ascii_resp", "slab_automove", "slab_reassign"]

    /// The same with other values for some of those that were chosen, or none where there is no other.
    package func leavingOut(_ names: Set<String>, otherwise defaults: [String: String]) -> MemcachedOptions {
        var left = parameters
        for name in names.intersection(chosen) { left[name] = defaults[name] }
        return MemcachedOptions(
            addresses: addresses, port: port, parameters: left, chosen: chosen.subtracting(names), connectionLimit: connectionLimit,
            isEncrypted: isEncrypted)
    }

    /// Of those that were chosen the ones that a build has no word for.
    package func unknown(to build: MemcachedBuild) -> [String] {
        let options = Self.extendedValues + Self.extendedSwitches.map { ($0, $0) } + [("modern", "modern"), ("no_modern", "modern")]
        return options.filter { name, option in chosen.contains(name) && !Self.isKnown(option, to: build) }.map(\.0)
    }

    package func arguments(for build: MemcachedBuild) -> [String] {
        arguments(for: build, listening: ["-l", listening, "-p", "\(port)", "-U", "0"] + encryption)
    }

    private var encryption: [String] {
        let file = NodeConfiguration.FileName.certificate
        return isEncrypted ? ["-Z", "-o", "ssl_chain_cert=\(file),ssl_key=\(file)"] : []
    }

    /// An address with colons stands in brackets: what follows a colon is a port.
    private var listening: String { addresses.map { $0.contains(":") ? "[\($0)]" : $0 }.joined(separator: ",") }

    /// To listen at a path instead of an address.
    func arguments(for build: MemcachedBuild, at socket: String) -> [String] { arguments(for: build, listening: ["-s", socket]) }

    /// `-u` is for engines that are started by root, and refuse to run without; others ignore it.
    private func arguments(for build: MemcachedBuild, listening: [String]) -> [String] {
        var words = ["-u", "root"] + listening + ["-m", "\(memory)", "-c", "\(connections)"]
        if let threads = number("num_threads") { words += ["-t", "\(min(threads, Self.mostThreads))"] }
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
        let generation = generation(of: build)
        // The older generation has larger chunks than the service.
        let told = generation.isEmpty ? chosen : chosen.union(["slab_chunk_max"])
        let values = Self.extendedValues.compactMap { name, option -> String? in
            guard told.contains(name), Self.isKnown(option, to: build), let value = parameters[name] else { return nil }
            return "\(option)=\(name == "slab_chunk_max" ? Self.kibibytes(value) : value)"
        }
        let switches = Self.extendedSwitches.compactMap { name -> String? in
            guard chosen.contains(name), Self.isKnown(name, to: build) else { return nil }
            // What can only be switched on is left out where it is off.
            if name == "track_sizes" || name == "expirezero_does_not_evict" { return isOn(name) ? name : nil }
            return isOn(name) ? name : "no_\(name)"
        }
        // It sets several of the others, which therefore come after it.
        return generation + values + switches
    }

    /// Which of its two sets of defaults an engine is to have, where that is not its own: said by `no_modern`, in old versions by `modern`.
    private func generation(of build: MemcachedBuild) -> [String] {
        guard Self.isKnown("modern", to: build),
            let isModern = parameters["no_modern"].map({ $0 != "1" }) ?? parameters["modern"].map({ $0 == "1" }),
            isModern != (build.version >= Self.firstModern)
        else { return [] }
        return [isModern ? "modern" : "no_modern"]
    }

    private static func isKnown(_ option: String, to build: MemcachedBuild) -> Bool {
        unlisted.contains(option) || build.extendedOptions.contains(option)
    }

    /// Of bytes.
    private static func kibibytes(_ bytes: String) -> String { Int(bytes).map { "\($0 / 1024)" } ?? bytes }

    private func number(_ name: String) -> Int? { parameters[name].flatMap { Int($0) } }
    private func isOn(_ name: String) -> Bool { parameters[name] == "1" }
}
