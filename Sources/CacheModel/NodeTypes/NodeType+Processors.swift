extension NodeType {
    /// How many threads Memcached is given on this type: the processors of the machine behind it, as its size says.
    package var processors: Int {
        let size = name.split(separator: ".").last.map(String.init) ?? ""
        switch size {
        case "micro", "small": return ["t3", "t4g"].contains(family) ? 2 : 1
        case "medium": return family.hasPrefix("t") ? 2 : 1
        case "large": return 2
        case "xlarge": return family == "m2" ? 2 : family == "c1" ? 8 : 4
        default:
            let factor = Int(size.prefix { $0.isNumber }) ?? 1
            return family == "m2" && factor == 2 ? 4 : factor * 4
        }
    }
}
