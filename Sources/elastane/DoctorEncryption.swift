import CacheModel
import ControlPlane
import Host
import MasterKeys
import SecretFiles

/// What encryption at rest needs.
extension Examination {
    static func memoryStorage(_ choice: MemoryChoice) -> [Finding] {
        let subject = "encryption at rest"
        if let lack = choice.lack() {
            return [
                Finding(
                    subject: subject, level: .advice, detail: "groups can't be encrypted at rest: \(lack)",
                    remedy: "Mount a tmpfs and name it with --memory-dir. Until then groups of valkey, too, lie on the disk as they are.")
            ]
        }
        let swaps = Machine.swaps
        guard swaps.isEmpty else {
            return [
                Finding(
                    subject: subject, level: .advice,
                    detail: "memory may be written to \(swaps.joined(separator: ", ")): what is kept there to stay off the disk, too",
                    remedy: "swapoff -a, or a swap that is encrypted with a key of its own for each start of the machine.")
            ]
        }
        return [Finding(subject: subject, level: .fine, detail: "there is storage in memory, and no swap")]
    }

    /// Nothing is said where no group is encrypted.
    static func keyring(_ survey: Survey, _ setting: KeyringSetting) -> [Finding] {
        let groups = survey.groups.filter { $0.isEncryptedAtRest && $0.status != .createFailed }
        guard !groups.isEmpty else { return [] }
        let keys: [MasterKey]
        do throws(SecretFile.Failure) {
            keys = try setting.file.read()
        } catch {
            return [
                Finding(
                    subject: "keyring", level: .missing, detail: "\(error)",
                    remedy: "Restore it: without it nobody can read what \(groups.count) encrypted group(s) have on the disk.")
            ]
        }
        let unusable = groups.compactMap { group -> Finding? in
            guard let key = group.atRestEncryption?.dataKey, key.keeper == .keyring else { return nil }
            let known = keys.first { $0.id == key.key }
            guard known?.isDisabled ?? true else { return nil }
            let name = known?.arn ?? key.key
            return Finding(
                subject: "keyring", level: .missing,
                detail: "the key \(name) of \(group.id) (\(group.realm.region), account \(group.realm.account)) is "
                    + (known == nil ? "not in \(setting.file.file.path)" : "disabled"),
                remedy: known == nil ? "Restore the keyring." : "elastane keys enable \(name)")
        }
        return unusable.isEmpty
            ? [Finding(subject: "keyring", level: .fine, detail: "\(keys.count) keys in \(setting.file.file.path)")] : unusable
    }
}
