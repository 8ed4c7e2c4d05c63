import CacheModel
import Foundation
import Testing

@testable import Host

@Suite struct AddressProbeTests {
    @Test func sayWhyAnAddressCannotBeHad() throws {
        let listen = freeListen()
        #expect(AddressProbe.refusal(of: [listen], patience: 0) == nil)
        let descriptor = try listener(listen)
        #expect(AddressProbe.refusal(of: [listen], patience: 0)?.refusal == .addressInUse)
        close(descriptor)
        #expect(AddressProbe.refusal(of: [.init(address: "192.0.2.1", port: 7000)], patience: 0)?.refusal == .addressMissing)
        #expect(AddressProbe.refusal(of: [.init(address: "nonsense", port: 7000)], patience: 0)?.refusal == .addressMissing)
        #expect(Machine.canBind("127.78.0.1") && !Machine.canBind("192.0.2.1"))
    }

    @Test func aConnectionThatLingersIsNotInUse() throws {
        let listen = freeListen()
        let server = try listener(listen)
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(withAddress(listen) { connect(client, $0, $1) } == 0)
        let accepted = accept(server, nil, nil)
        // The side that closes first is left in TIME_WAIT.
        close(accepted)
        close(server)
        close(client)
        #expect(AddressProbe.refusal(of: [listen], patience: 0) == nil)
    }
}

/// Somebody who listens there.
func listener(_ listen: ProcessSpec.Listen) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var on: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    let bound = withAddress(listen) { bind(descriptor, $0, $1) }
    try #require(bound == 0 && Foundation.listen(descriptor, 5) == 0)
    return descriptor
}

func withAddress<Value>(_ listen: ProcessSpec.Listen, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(listen.port).bigEndian
    inet_pton(AF_INET, listen.address, &address.sin_addr)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}
