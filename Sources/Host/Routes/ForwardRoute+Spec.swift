import CacheModel
import Forwarder

extension ForwardRoute {
    init(_ spec: RouteSpec) {
        self.init(
            name: spec.name, address: spec.listen.address, port: spec.listen.port, targets: spec.targets.map(Target.init),
            fallbacks: spec.fallbacks.map(Target.init))
    }
}

extension ForwardRoute.Target {
    fileprivate init(_ listen: ProcessSpec.Listen) {
        self.init(address: listen.address, port: listen.port)
    }
}
