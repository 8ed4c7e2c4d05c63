import ArgumentParser
import Certificates
import Engine
import Foundation
import Host
import Logging

/// Who issues the certificates of encrypted groups: an authority of the operator's own, or the one that the data directory keeps.
enum AuthorityChoice {
    case own(certificates: String, key: String)
    case kept

    /// Its certificate and its key, which is a secret.
    private static let keptFile = "authority.pem"
    /// The certificates of all that have issued anything here, the present one first.
    private static let trustFile = "authorities.pem"

    init(certificate: String?, key: String?) throws {
        switch (certificate, key) {
        case (nil, nil): self = .kept
        case (let certificate?, let key?):
            self = .own(certificates: try Self.read(certificate, "--ca-certificate"), key: try Self.read(key, "--ca-key"))
            do {
                _ = try authority(former: "", in: nil)
            } catch let error as AuthorityError {
                throw ValidationError("--ca-certificate \(certificate) and --ca-key \(key) make no authority: \(error).")
            }
        case (_?, nil): throw ValidationError("--ca-certificate needs --ca-key, the file with its private key.")
        case (nil, _?): throw ValidationError("--ca-key needs --ca-certificate, the file with its certificate.")
        }
    }

    private static func read(_ path: String, _ option: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw ValidationError("\(option): \(path) can't be read.") }
        return String(decoding: data, as: UTF8.self)
    }

    /// The authority to serve with. One that the directory does not keep yet is written before it is used: what it signs must never be of one
    /// that is lost.
    func open(in data: DataDirectory, at date: Date, _ logger: Logger) throws -> Authority {
        if case .kept = self, try data.text(of: Self.keptFile) == nil {
            let name = "Elastane authority \(UUID().uuidString.prefix(8).lowercased())"
            try data.write(try Authority.make(named: name, at: date), to: Self.keptFile)
        }
        let known = try data.text(of: Self.trustFile)
        let authority: Authority
        do {
            authority = try self.authority(former: known ?? Self.trust(ofNodes: data), in: data)
        } catch let error as AuthorityError {
            throw ServeFailure("\(data.path)/\(Self.keptFile) and \(Self.trustFile) make no authority: \(error). Nothing was changed.")
        }
        if authority.trust != known { try data.write(authority.trust, to: Self.trustFile) }
        if let before = try known.flatMap({ try Authority.describe($0).first?.name }), let name = authority.name, before != name {
            logger.warning(
                "Encrypted groups get certificates of another authority, which their clients are to trust",
                metadata: ["authority": "\(name)", "before": "\(before)"])
        }
        return authority
    }

    /// Where the file that tells of the authorities is lost, nodes that run still tell: they are not to be taken for strangers.
    private static func trust(ofNodes data: DataDirectory) -> String {
        data.texts(inProcessDirectories: NodeConfiguration.FileName.authorities)
            .filter { (try? Authority.describe($0)) != nil }.joined(separator: "\n")
    }

    private func authority(former: String, in data: DataDirectory?) throws -> Authority {
        switch self {
        case .own(let certificates, let key): return try Authority(certificates: certificates, key: key, former: former)
        case .kept:
            let text = try data?.text(of: Self.keptFile) ?? ""
            return try Authority(certificates: text, key: text, former: former)
        }
    }

    /// Whether the present authority is the directory's own: it has its key.
    static func isKept(in data: DataDirectory) throws -> Bool {
        guard let kept = try data.text(of: keptFile), let present = try trust(in: data) else { return false }
        return try Authority.describe(kept).first?.name == Authority.describe(present).first?.name
    }

    /// The certificates of who has issued anything in a directory, as PEM, the present one's first; nil before the first service.
    static func trust(in data: DataDirectory) throws -> String? { try data.text(of: trustFile) }
}
