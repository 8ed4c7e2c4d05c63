import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct DescribeUsers: Handler {
    typealias Call = API.Operations.DescribeUsers

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        let engine = try input.engine.map(UserIdentifier.engine)
        let filters = try (input.filters ?? []).enumerated().map { try Self.filter($1, at: $0) }
        let state = world.read { $0 }
        let id = input.userId?.lowercased()
        if let id, state.user(id, in: context.realm) == nil { throw ServiceFault.noUser(id) }
        let users = state.allUsers(in: context.realm).filter { user in
            (id == nil || user.name == id) && (engine == nil || user.engine == engine) && filters.allSatisfy { $0(user) }
        }
        let page = paging.page(users, by: \.name)
        return Call.Output(users: page.items.map { $0.answer(context, in: state) }, marker: page.marker)
    }

    /// Its name is that of a property, `UserId` or `user-id`; one of its values is to be the property's.
    private static func filter(_ filter: API.Filter, at place: Int) throws -> (User) -> Bool {
        let path = "Filters.member.\(place + 1)"
        guard !filter.values.isEmpty else { throw ServiceFault.missing("\(path).Values") }
        let values = Set(filter.values)
        let lowerCase = Set(filter.values.map { $0.lowercased() })
        switch filter.name.replacing("-", with: "").lowercased() {
        case "userid": return { lowerCase.contains($0.name) }
        case "username": return { values.contains($0.userName) }
        case "engine": return { lowerCase.contains($0.engine.rawValue) }
        case "status": return { lowerCase.contains($0.status.rawValue) }
        default:
            throw ServiceFault.value(
                "The parameter \(path).Name must be UserId, UserName, Engine or Status. It was \(filter.name.prefix(100)).")
        }
    }
}
