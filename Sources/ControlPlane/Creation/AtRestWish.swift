import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Planning
package import Sealing

/// Whether groups can be encrypted at rest here, and who has the keys.
package enum AtRestSupport: Sendable {
    case keys(any DataKeys)
    /// Nothing can be kept out of the disk, or no keys can be had. The reason is a clause.
    case missing(reason: String)
}

/// That a group is to be encrypted at rest.
struct AtRestWish {
    /// `KmsKeyId`.
    let keyID: String?
    /// Whether the request says so; else it is the engine's default.
    let isAsked: Bool

    /// What it comes to: how the group is encrypted, or why what is only a default can't be had.
    ///
    /// Never half of it: who asks for encryption gets it or a fault.
    func resolve(
        _ tools: ReconcilingTools, arn: String, _ realm: Realm
    ) async throws -> (encryption: AtRestEncryption?, lack: String?) {
        if tools.rules.durability == .always {
            let lack =
                "it is not possible with --durability always, since a write is encrypted onto the disk only after it was acknowledged"
            guard isAsked || keyID != nil else { return (nil, lack) }
            throw ServiceFault.combination("The parameter AtRestEncryptionEnabled can not be true: \(lack).")
        }
        switch tools.atRest {
        case .missing(let lack):
            guard isAsked || keyID != nil else { return (nil, lack) }
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "The parameter AtRestEncryptionEnabled can not be true: \(lack). `elastane doctor` says what is missing.")
        case .keys(let keys):
            do throws(KeyFailure) {
                return (
                    AtRestEncryption(dataKey: try await keys.issue(under: keyID, in: realm, context: ["elastane:arn": arn]), keyID: keyID),
                    nil
                )
            } catch {
                throw ServiceFault(.invalidKMSKey, "The KMS key supplied is not valid: \(error). (KmsKeyId)")
            }
        }
    }
}
