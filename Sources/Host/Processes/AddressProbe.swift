import CacheModel
import Foundation

/// Asks the system whether a TCP address could be listened on now.
enum AddressProbe {
    /// Why the process can't have its addresses; nil if it can. Looks again `patience` times, every 10 ms, while one is in use.
    static func refusal(of listens: [ProcessSpec.Listen], patience: Int) -> Refused? {
        for listen in listens {
            var code = bind(address: listen.address, port: listen.port)
            for _ in 0..<patience where code == EADDRINUSE {
                usleep(10_000)
                code = bind(address: listen.address, port: listen.port)
            }
            let name = "\(listen.address) port \(listen.port)"
            switch code {
            case 0: continue
            case EADDRINUSE: return Refused(.addressInUse, "\(name): somebody else listens there")
            case EADDRNOTAVAIL: return Refused(.addressMissing, "\(name): this machine does not have the address")
            case EINVAL: return Refused(.addressMissing, "\(name): not an IP address and port")
            default: return Refused(.startFailed, "\(name): \(String(cString: strerror(code)))")
            }
        }
        return nil
    }

    /// Binds as engines do, with SO_REUSEADDR: connections of an earlier process that linger don't count. Returns errno, 0 for success.
    static func bind(address: String, port: Int) -> Int32 {
        guard (0...65_535).contains(port) else { return EINVAL }
        var v4 = sockaddr_in()
        if inet_pton(AF_INET, address, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = in_port_t(port).bigEndian
            return tryBind(AF_INET, &v4)
        }
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET6, address, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = in_port_t(port).bigEndian
            return tryBind(AF_INET6, &v6)
        }
        return EINVAL
    }

    private static func tryBind<Address>(_ family: Int32, _ address: inout Address) -> Int32 {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let descriptor = socket(family, stream, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if family == AF_INET6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        return result == 0 ? 0 : errno
    }
}
