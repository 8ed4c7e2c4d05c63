import ArgumentParser
import CacheModel
import Certificates
import Foundation
import Host
import Logging
import NIOCore
import Server

/// Where the API is answered, and with which certificate.
struct ListenChoice {
    enum Encryption {
        /// Clear text.
        case none
        /// PEM files of the operator.
        case files(certificate: String, key: String)
        /// Issued by the authority of encrypted groups, for these names and addresses besides the service's own.
        case authority(more: [String])
    }

    let host: String
    let port: Int
    let encryption: Encryption

    init(_ options: ServeOptions) throws {
        host = Setting.text(options.host, "ELASTANE_HOST") ?? "127.0.0.1"
        guard host == "localhost" || IPAddress(host) != nil else {
            throw ValidationError("--host \(host) is not an address: it must be localhost, or an address of this machine.")
        }
        port = try Setting.value(options.port, "ELASTANE_PORT", default: 8379)
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be within 0 and 65535. It was \(port).") }
        encryption = try Self.encryption(options)
        guard isLoopback || isEncrypted else {
            throw ValidationError(
                "--host \(host) is not a loopback address: without TLS requests could be read and replayed on their way. Add --tls, for a "
                    + "certificate of the authority that `elastane ca` prints, or --tls-cert and --tls-key.")
        }
    }

    private static func encryption(_ options: ServeOptions) throws -> Encryption {
        let certificate = Setting.text(options.tlsCert, "ELASTANE_TLS_CERT")
        let key = Setting.text(options.tlsKey, "ELASTANE_TLS_KEY")
        let names = options.tlsName + (Setting.text(nil, "ELASTANE_TLS_NAMES") ?? "").split(separator: ",").map(String.init)
        let isOfAuthority = try Setting.flag(options.tls, "ELASTANE_TLS")
        for name in names where IPAddress(name) == nil && !isHostName(name) {
            throw ValidationError("--tls-name \(name) is neither a host name nor an address.")
        }
        switch (certificate, key) {
        case (let certificate?, let key?):
            guard !isOfAuthority, names.isEmpty else {
                throw ValidationError("--tls and --tls-name are for a certificate of the authority: they can't be used with --tls-cert.")
            }
            return .files(certificate: Setting.absolutePath(certificate), key: Setting.absolutePath(key))
        case (_?, nil): throw ValidationError("--tls-cert needs --tls-key, the file with its private key.")
        case (nil, _?): throw ValidationError("--tls-key needs --tls-cert, the file with its certificate.")
        case (nil, nil):
            guard isOfAuthority || names.isEmpty else { throw ValidationError("--tls-name needs --tls.") }
            return isOfAuthority ? .authority(more: names) : .none
        }
    }

    /// One that a certificate may have, also with `*` for its first label.
    private static func isHostName(_ name: String) -> Bool {
        let labels = (name.hasPrefix("*.") ? name.dropFirst(2) : name[...]).split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            }
    }

    var isEncrypted: Bool { if case .none = encryption { false } else { true } }

    var isLoopback: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }

    /// `localhost` is looked up by nobody here.
    var numericHost: String { host == "localhost" ? "127.0.0.1" : host }

    func url(port: Int) -> String {
        "\(isEncrypted ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// Nil without TLS. Throws a `ServeFailure` where there is no certificate to begin with.
    func identities(of authority: Authority, life: TimeInterval, at date: Date, _ logger: Logger) throws -> ServerIdentities? {
        switch encryption {
        case .none: return nil
        case .files(let certificate, let key):
            do {
                return try ServerIdentities(at: date, logger: logger, source: IdentityFiles(certificate: certificate, key: key).source())
            } catch {
                throw ServeFailure("--tls-cert \(certificate) and --tls-key \(key) can't be used: \(error).")
            }
        case .authority(let more):
            let issuer = APICertificateIssuer(authority: authority, life: life) { subject(more) }
            return try ServerIdentities(at: date, logger: logger, source: issuer.source())
        }
    }

    /// The address that is listened on, or all that this machine has.
    private func subject(_ more: [String]) -> CertificateSubject {
        let all = ["0.0.0.0", "::"].contains(numericHost)
        let listened = all ? ((try? System.enumerateDevices()) ?? []).compactMap(\.address?.ipAddress) : [numericHost]
        let addresses = ["127.0.0.1", "::1"] + listened + more
        let names = ["localhost"] + [Machine.hostName].filter(Self.isHostName) + more.filter { IPAddress($0) == nil }
        return CertificateSubject(
            name: "Elastane API", addresses: Set(addresses.compactMap(IPAddress.init)).sorted { $0.description < $1.description },
            names: Set(names.map { $0.lowercased() }).sorted())
    }
}
