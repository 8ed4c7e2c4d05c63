import CacheModel
import Certificates
import Engine

extension StepRecorder {
    /// The files that a node of an encrypted group is started with, beside its others. Each start has a certificate and a key of its own.
    mutating func certificateFiles(of member: Member) throws -> [ProcessSpec.File] {
        guard group.isEncryptedInTransit else { return [] }
        guard let certificates = tools.certificates else { throw NoAuthority() }
        let issued = try certificates.issue(for: member, of: group, at: tools.now())
        change(member.id) {
            $0.certificate = issued.record
            $0.certificate?.isLoaded = true
        }
        return Self.files(issued.contents, certificates.authority)
    }

    /// The host writes it beside the process that runs, which is told to read it after that. The record then has no other files: it is
    /// written anew, with all of them, for the next start.
    mutating func issueCertificate(_ id: String, in draft: inout Draft) throws {
        guard let certificates = tools.certificates, let member = group.member(id),
            var spec = draft.state.processes[member.process]?.value, spec.goal == .running
        else { return }
        let issued = try certificates.issue(for: member, of: group, at: tools.now())
        spec.files = Self.files(issued.contents, certificates.authority)
        spec.edition = (spec.edition ?? 0) + 1
        try draft.put(spec)
        change(id) { $0.certificate = issued.record }
    }

    private static func files(_ certificate: String, _ authority: Authority) -> [ProcessSpec.File] {
        [
            ProcessSpec.File(name: NodeConfiguration.FileName.certificate, contents: certificate, policy: .live),
            ProcessSpec.File(name: NodeConfiguration.FileName.authorities, contents: authority.trust, policy: .live),
        ]
    }
}

/// A group is encrypted, and the service was started without an authority.
struct NoAuthority: Error, CustomStringConvertible {
    let description = "there is no authority that could issue certificates"
}
