import Foundation
import Server
import Synchronization

/// The API's certificate and key as files of the operator, who replaces them before they end.
struct IdentityFiles {
    let certificate: String
    let key: String

    private struct Unreadable: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) can't be read" }
    }

    /// Gives what they hold whenever that is another than before.
    func source() -> ServerIdentities.Source {
        let known = Mutex<[Data]>([])
        return { _ in
            let texts = try [certificate, key].map { path in
                guard let data = FileManager.default.contents(atPath: path) else { throw Unreadable(path: path) }
                return data
            }
            guard known.withLock({ $0 != texts }) else { return nil }
            let identity = try ServerIdentity(
                certificates: String(decoding: texts[0], as: UTF8.self), key: String(decoding: texts[1], as: UTF8.self))
            known.withLock { $0 = texts }
            return identity
        }
    }
}
