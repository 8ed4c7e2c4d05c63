import AWSProtocol

/// What serves one operation: from a decoded request to its answer, or to a fault.
protocol Handler<Call>: Sendable {
    associatedtype Call: APIOperation

    init(_ environment: HandlerEnvironment)

    /// Throws a `ServiceFault`; anything else is a failure of this program.
    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output
}

/// What handlers work with.
struct HandlerEnvironment: Sendable {
    let world: World
    let engines: InstalledEngines
    let tools: ReconcilingTools
    let settings: ServiceSettings
}
