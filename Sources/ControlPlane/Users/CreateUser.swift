import AWSProtocol
import CacheModel
import ElastiCacheAPI

struct CreateUser: Handler {
    typealias Call = API.Operations.CreateUser

    private let world: World
    private let engines: InstalledEngines

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        engines = environment.engines
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let user = try Self.user(input, context)
        let created = try await world.transact(askingOf: engines) { draft, check in
            guard !user.isPredefined, draft.resource(User.self, user.name, in: context.realm) == nil else {
                throw ServiceFault(.userAlreadyExists, "User \(user.name) already exists. (UserId)")
            }
            guard draft.state.resources(User.self, in: context.realm).count < context.quotas.users else {
                throw ServiceFault(.userQuotaExceeded, "An account may have at most \(context.quotas.users) users in a region.")
            }
            try check.check(user.access, of: user, in: draft.state)
            try draft.put(user)
            return user.answer(context, in: draft.state)
        }
        return created
    }

    private static func user(_ input: Call.Input, _ context: RequestContext) throws -> User {
        let id = try UserIdentifier.user(input.userId)
        let name = try UserIdentifier.name(input.userName)
        let engine = try UserIdentifier.engine(input.engine)
        let access = try AccessStringInput.parse(input.accessString)
        let login = try LoginInput(
            passwords: input.passwords, noPasswordRequired: input.noPasswordRequired, mode: input.authenticationMode)
        guard let login = login.login else {
            throw ServiceFault.value(
                "How the user shows who it is must be provided: by Passwords, NoPasswordRequired or AuthenticationMode.")
        }
        let tags = try TagInput.tags(input.tags, context)
        let user = User(realm: context.realm, name: id, userName: name, engine: engine, access: access, login: login, tags: tags)
        try LoginInput.check(user)
        return user
    }
}
