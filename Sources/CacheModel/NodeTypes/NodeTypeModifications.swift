/// The node types that a cache may be moved to.
package struct NodeTypeModifications: Sendable, Equatable {
    /// With more memory, by name.
    package let larger: [String]
    /// With less memory, by name.
    package let smaller: [String]

    /// Of a cache that relies on `features`. Types of the same memory are in neither list.
    package init(
        of current: NodeType, _ engine: EngineKind, _ version: EngineVersion, needing features: Set<NodeType.Feature>,
        in catalog: NodeTypeCatalog
    ) {
        let fitting = catalog.all.filter { other in
            other.supports(engine, version) && other.features.isSuperset(of: features)
                // Data that is partly on disks stays so, and no other gets there.
                && other.hasDataTiering == current.hasDataTiering
                && (other.age != .first || current.age == .first)
        }
        larger = fitting.filter { $0.maxmemory > current.maxmemory && $0.age >= current.age }.map(\.name).sorted()
        smaller = version.supportsScalingDown ? fitting.filter { $0.maxmemory < current.maxmemory }.map(\.name).sorted() : []
    }
}

extension NodeType {
    /// Nobody is moved up to a type of an earlier age. Down they may, but not to the first.
    enum Age: Comparable {
        /// Of before virtual networks.
        case first
        case second
        case third
    }

    var age: Age {
        switch family {
        case "t1", "m1", "m2", "c1": .first
        case "t2", "m3", "m4", "r3", "r4": .second
        default: .third
        }
    }
}
