import CacheModel
package import Engine
import Synchronization

/// Which rules of users which builds take, as they said themselves when they were run for a moment.
package final class AccessTrials: Sendable {
    /// Asks a build: see `AccessTrial`.
    package typealias Trial = @Sendable (_ rules: [[String]], _ build: EngineBuild) async -> [String?]?

    struct Question: Sendable, Hashable {
        let access: AccessString
        let build: EngineBuild

        static func == (one: Question, other: Question) -> Bool {
            one.access == other.access && (one.build.path, one.build.version) == (other.build.path, other.build.version)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(access)
            hasher.combine(build.path)
        }
    }

    private let tryOut: Trial
    private let known = Mutex<[Question: String?]>([:])

    package init(tryOut: @escaping Trial = { await AccessTrial.refusals(of: $0, by: $1) }) {
        self.tryOut = tryOut
    }

    /// For each question what the build says if it does not take the rules. One that can't be asked is taken to take them: whoever starts
    /// with them asks again.
    func answers(to questions: Set<Question>) async -> [Question: String?] {
        var answers = known.withLock { known in known.filter { questions.contains($0.key) } }
        let open = Dictionary(grouping: questions.filter { answers[$0] == nil }) { $0.build.path }
        for new in open.values {
            let words = await tryOut(new.map(\.access.rules), new[0].build)
            for (place, question) in new.enumerated() { answers[question] = .some(words.flatMap { $0[place] }) }
            guard words != nil else { continue }
            let told = answers.filter { new.contains($0.key) }
            known.withLock { known in
                // Enough for all users of a large installation; what is forgotten is asked again.
                if known.count > 10_000 { known = [:] }
                known.merge(told) { $1 }
            }
        }
        return answers
    }
}
