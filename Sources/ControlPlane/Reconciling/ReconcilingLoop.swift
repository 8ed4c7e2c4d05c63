import Logging
import Planning

/// What every reconciler does: it looks, plans, does, and looks again, until all is as it should be; then it waits for a change.
struct ReconcilingLoop {
    /// Between two looks while something is being waited for: short at first.
    private static let firstWait: Duration = .milliseconds(4)
    static let longestWait: Duration = .milliseconds(250)

    let signal: Signal
    let logger: Logger

    /// Until there is nothing left to look at, or it is cancelled. `look` returns what was seen, and the plan for it. `quietWait` is how
    /// long it is until the next look at what is as it should be: something falls due, or a notice was never given.
    func run<Subject>(
        isolation: isolated (any Actor)? = #isolation, quietWait: (Subject) -> Duration,
        look: () async -> (subject: Subject, plan: Plan)?, perform: (_ steps: [Step], _ subject: Subject) async throws -> Void,
        engineIsGone: () -> Void
    ) async {
        var wait = Self.firstWait
        while !Task.isCancelled {
            guard let (subject, plan) = await look() else { return }
            if plan.steps.isEmpty {
                await signal.wait(atMost: plan.waits.isEmpty ? quietWait(subject) : wait)
                wait = plan.waits.isEmpty ? Self.firstWait : min(wait * 5 / 4, Self.longestWait)
                continue
            }
            logger.debug("next steps", metadata: ["steps": "\(plan.steps.map(\.summary))", "waits": "\(plan.waits)"])
            do {
                try await perform(plan.steps, subject)
                wait = Self.firstWait
            } catch is StaleGroup {
                continue
            } catch is EngineGone {
                engineIsGone()
            } catch {
                logger.warning("a step did not succeed and is planned again", metadata: ["error": "\(error)"])
                await signal.wait(atMost: Self.longestWait)
            }
        }
    }
}

extension Plan {
    /// What is planned instead where a creation has taken too long.
    var givingUpCreation: Plan { .do(.fail(reason: "it took too long: \((waits + steps.map(\.summary)).joined(separator: "; "))")) }
}
