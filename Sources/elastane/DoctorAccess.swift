import Access

extension Examination {
    /// Who may speak to the API.
    static func access(_ setting: CredentialsSetting) -> [Finding] {
        let file = setting.file
        do throws(CredentialsFile.Failure) {
            let keys = try file.read()
            let counts = [
                "\(keys.count) \(keys.count == 1 ? "key" : "keys") in \(file.path)", "\(keys.count(where: \.isDisabled)) disabled",
                "\(keys.count { $0.policy != nil }) with a policy", "readable by its owner alone",
            ]
            guard keys.contains(where: { !$0.isDisabled }) else {
                return [
                    Finding(
                        subject: "access", level: .missing, detail: "nobody is let in: no key in \(file.path) is in force",
                        remedy: "elastane credentials add")
                ]
            }
            return [Finding(subject: "access", level: .fine, detail: counts.joined(separator: ", "))]
        } catch .missing where !setting.isNamed {
            return [withoutKeys(setting)]
        } catch {
            return [Finding(subject: "access", level: .missing, detail: "\(error)", remedy: remedy(error))]
        }
    }

    private static func withoutKeys(_ setting: CredentialsSetting) -> Finding {
        do throws(CredentialsFile.Failure) {
            if try setting.kept.isRemembered() { throw .lost(setting.file.path, kept: setting.kept.path) }
        } catch {
            return Finding(subject: "access", level: .missing, detail: "\(error)", remedy: remedy(error))
        }
        return Finding(
            subject: "access", level: .advice, detail: "no access keys are kept: whoever is on this machine may do everything",
            remedy: "elastane credentials add")
    }

    private static func remedy(_ failure: CredentialsFile.Failure) -> String {
        switch failure {
        case .missing, .lost: "elastane credentials add"
        case .dangling: "Restore the file that it leads to."
        case .open: "Close it to others, and replace its keys if somebody may have read them."
        case .malformed: "Restore it, or remove it and make the keys anew. A service that runs goes on with those it read last."
        case .system: "The service's user has to be able to read it."
        }
    }
}
