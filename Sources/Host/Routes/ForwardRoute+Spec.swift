import CacheModel
import Forwarder

extension ForwardRoute {
    init(_ spec: RouteSpec) {
        self.init(
            name: spec.name, address: spec.listen.address, port: spec.listen.port, targets: spec.targets.map(Target.init),
            fallbacks: spec.fallbacks.map(Target.init), discovery: spec.discovery.map(Discovery.init),
            identity: spec.identity.map { Identity(certificate: $0.certificate, authorities: $0.authorities) })
        encryptedPort = spec.encryptedPort
        knowsTargetsByAddress = spec.knowsTargetsByAddress
        isYielded = spec.isYielded
    }
}

extension ForwardRoute.Discovery {
    fileprivate init(_ spec: MemcachedDiscovery) {
        self.init(version: spec.version, text: spec.text, item: MemcachedDiscovery.item, engineVersion: spec.engineVersion)
    }
}

extension ForwardRoute.Target {
    fileprivate init(_ listen: ProcessSpec.Listen) {
        self.init(address: listen.address, port: listen.port)
    }
}
