import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `TransitEncryptionEnabled` of a new Memcached cluster.
enum MemcachedEncryption {
    /// Nil where nothing is to be encrypted.
    static func mode(_ input: API.CreateCacheClusterMessage, _ choice: MemcachedChoice) throws -> TransitEncryptionMode? {
        guard input.transitEncryptionEnabled == true else { return nil }
        guard choice.release.version >= MemcachedRelease.firstWithTLS else {
            throw ServiceFault.combination(
                "Encryption features are not supported for engine version \(choice.release.name). "
                    + "Please use engine version \(MemcachedRelease.firstWithTLS)")
        }
        guard choice.nodeType.supportsEncryption else {
            throw ServiceFault.combination(
                "The parameter TransitEncryptionEnabled is not supported for CacheNodeType \(choice.nodeType.name).")
        }
        return .required
    }

    static func noEngine(_ release: MemcachedRelease) -> ServiceFault {
        ServiceFault(
            .insufficientCacheClusterCapacity,
            "No engine is installed that can serve EngineVersion \(release.name) of memcached: install memcached, or name one in "
                + "ELASTANE_ENGINES; `elastane doctor` says what was found.")
    }

    static func noEngineWithTLS(_ release: MemcachedRelease) -> ServiceFault {
        ServiceFault(
            .insufficientCacheClusterCapacity,
            "No engine with TLS is installed that can serve EngineVersion \(release.name) of memcached, and TransitEncryptionEnabled asks for "
                + "it: install memcached of your distribution, or name a build with TLS in ELASTANE_ENGINES.")
    }
}
