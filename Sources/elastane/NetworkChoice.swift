import ArgumentParser
import CacheModel
import Foundation
import Host
import NetworkFile

/// The networks that nodes get their addresses from: one that is divided (`--network`), or those that a file names (`--network-config`).
struct NetworkChoice {
    let layout: NetworkLayout
    /// Nil where a file names the networks.
    let plan: AddressPlan?
    private let path: String
    private let file: NetworkFile?

    init(network: String?, config: String?) throws {
        let config = Setting.text(config, "ELASTANE_NETWORK_CONFIG")
        let network = Setting.text(network, "ELASTANE_NETWORK")
        path = config ?? ""
        guard let config else {
            let plan = try Self.plan(network)
            layout = NetworkLayout(dividing: plan)
            self.plan = plan
            file = nil
            return
        }
        guard network == nil else {
            throw ValidationError("--network and --network-config can't be used together: the file names all networks.")
        }
        guard let text = try? String(contentsOfFile: config, encoding: .utf8) else {
            throw ValidationError("--network-config \(config) can't be read.")
        }
        do throws(NetworkFileError) {
            let file = try NetworkFile(parsing: text)
            layout = file.layout
            self.file = file
        } catch {
            throw ValidationError("--network-config has mistakes.\n\(error.description(of: config))")
        }
        plan = nil
    }

    /// What can't be listened on here, each with how to mend it; empty if all is well.
    func unusable() -> [(what: String, remedy: String)] {
        if let plan {
            let samples = [plan.subnet(regionIndex: 0, zoneIndex: 0), plan.endpointSubnet(regionIndex: AddressPlan.regionCount - 1)]
            guard let bad = samples.lazy.compactMap({ $0 }).map(Self.firstAddress).first(where: { !Machine.canBind($0) }) else { return [] }
            return [("\(bad) of \(plan.network) can't be listened on", Self.remedy(plan.network))]
        }
        return layout.namedRanges.flatMap { unusable($0.ranges, of: $0.owner, $0.id) }
    }

    private func unusable(_ ranges: AddressRanges, of owner: String, _ id: String) -> [(what: String, remedy: String)] {
        let place = file?.line(of: id).map { "\(path):\($0): " } ?? "\(path): "
        var found: [(what: String, remedy: String)] = []
        if case .range(let network) = ranges.ipv4 {
            let ends = [Self.firstAddress(network), IPv4Address(network.last.value - 1).description]
            if let bad = ends.first(where: { !Machine.canBind($0) }) {
                found.append(("\(place)\(network) of \(owner) is not on this host: \(bad) can't be listened on", Self.remedy(network)))
            }
        }
        if let network = ranges.ipv6 {
            let ends = [IPv6Address(network.first.value + 1).description, IPv6Address(network.last.value - 1).description]
            if let bad = ends.first(where: { !Machine.canBind($0) }) {
                found.append(
                    (
                        "\(place)\(network) of \(owner) is not on this host: \(bad) can't be listened on",
                        "ip -6 route add local \(network) dev lo, and sysctl net.ipv6.ip_nonlocal_bind=1."
                    ))
            }
        }
        return found
    }

    var description: String { plan?.network.description ?? "every range of \(path)" }

    private static func remedy(_ network: IPv4Network) -> String {
        "Linux answers on all of 127.0.0.0/8 by itself; for another range: ip route add local \(network) dev lo."
    }

    private static func firstAddress(_ network: IPv4Network) -> String { IPv4Address(network.first.value + 1).description }

    private static func plan(_ text: String?) throws -> AddressPlan {
        let text = text ?? AddressPlan.defaultNetwork.description
        do {
            return try AddressPlan(network: IPv4Network(parsing: text))
        } catch IPv4Network.Failure.notTheFirstAddress(let network) {
            throw ValidationError("--network \(text) does not begin with its first address: \(network) may be meant.")
        } catch AddressPlan.Failure.tooSmall(let longest) {
            throw ValidationError("--network \(text) is too small: its prefix must not be longer than /\(longest).")
        } catch {
            throw ValidationError("--network \(text) is malformed: it must be like 127.64.0.0/12.")
        }
    }
}
