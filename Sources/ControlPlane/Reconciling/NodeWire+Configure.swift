import CacheModel
import Engine
import Planning

extension NodeWire {
    /// Gives members their parameters, all at once. For each that has answered what it refuses: by the places of the settings, with its
    /// words. `failure` is that of one that has not.
    func configure(
        _ ids: [String], _ wanted: WantedParameters, of group: ReplicationGroup
    ) async -> (refused: [String: [Int: String]], failure: EngineError?) {
        let settings = wanted.settings.map { (name: $0.name, value: $0.value) }
        return await withTaskGroup(of: (String, Result<[Int: String], EngineError>).self) { tasks in
            for member in ids.compactMap(group.member) {
                tasks.addTask { (member.id, await configure(member, settings, of: group)) }
            }
            return await tasks.reduce(into: ([:], nil)) { all, answer in
                switch answer.1 {
                case .success(let refused): all.0[answer.0] = refused
                case .failure(let error): all.1 = error
                }
            }
        }
    }

    private func configure(
        _ member: Member, _ settings: [(name: String, value: String)], of group: ReplicationGroup
    ) async -> Result<[Int: String], EngineError> {
        do throws(EngineError) {
            let words = try await connection(to: member, of: group).configure(settings, within: Self.deadline)
            return .success(words.enumerated().reduce(into: [:]) { refused, answer in refused[answer.offset] = answer.element })
        } catch {
            return .failure(error)
        }
    }
}
