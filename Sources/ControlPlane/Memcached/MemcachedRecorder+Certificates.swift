import CacheModel
import Certificates
import Engine

extension MemcachedRecorder {
    /// What a node of an encrypted cluster is started with. Each start has a certificate and a key of its own.
    mutating func certificateFiles(of node: MemcachedNode) throws -> [ProcessSpec.File] {
        guard cluster.isEncryptedInTransit else { return [] }
        guard let certificates = tools.certificates else { throw NoAuthority() }
        let issued = try certificates.issue(for: cluster.certificateSubject(of: node), at: tools.now())
        cluster.change(node.id) {
            $0.certificate = issued.record
            $0.certificate?.isLoaded = true
        }
        return [Self.file(issued)]
    }

    /// Of a node, whose host writes it beside the process that runs; or, by the cluster's own name, of the configuration endpoint, whose route
    /// comes with it.
    mutating func issueCertificate(_ what: String, in draft: inout Draft) throws {
        guard let certificates = tools.certificates else { throw NoAuthority() }
        if what == cluster.name {
            let issued = try certificates.issue(for: cluster.endpointSubject, at: tools.now())
            cluster.endpointCertificate = issued.record
            cluster.endpointCertificate?.isLoaded = true
            cluster.endpointIdentity = RouteIdentity(certificate: issued.contents, authorities: certificates.authority.trust)
            return
        }
        guard let node = cluster.node(what), var spec = draft.state.processes[node.process]?.value, spec.goal == .running else { return }
        let issued = try certificates.issue(for: cluster.certificateSubject(of: node), at: tools.now())
        spec.files = [Self.file(issued)]
        spec.edition = (spec.edition ?? 0) + 1
        try draft.put(spec)
        cluster.change(what) { $0.certificate = issued.record }
    }

    private static func file(_ issued: IssuedCertificate) -> ProcessSpec.File {
        ProcessSpec.File(name: NodeConfiguration.FileName.certificate, contents: issued.contents, policy: .live)
    }
}
