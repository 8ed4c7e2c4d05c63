import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records what a user is from now on. The nodes where it comes in are told by their groups' reconcilers.
struct ModifyUser: Handler {
    typealias Call = API.Operations.ModifyUser

    private let world: World
    private let engines: InstalledEngines

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        engines = environment.engines
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.userId.lowercased()
        return try await world.transact(askingOf: engines) { draft, check in
            var user = try draft.changeableUser(id, in: context.realm, "modified")
            try Self.change(&user, input)
            for group in draft.state.userGroups(of: user) {
                let users = group.wanted.compactMap { $0 == id ? user : draft.state.user($0, in: context.realm) }
                try UserGroupFit.check(users, in: group, context.quotas)
                for used in draft.state.groups(using: group) { try UserGroupFit.check([user], of: group, at: used, check) }
            }
            try check.check(user.access, of: user, in: draft.state)
            user.status = .modifying
            user.revision += 1
            try draft.put(user)
            return user.answer(context, in: draft.state)
        }
    }

    private static func change(_ user: inout User, _ input: Call.Input) throws {
        let login = try LoginInput(
            passwords: input.passwords, noPasswordRequired: input.noPasswordRequired, mode: input.authenticationMode
        ).login
        guard input.accessString != nil || input.appendAccessString != nil || login != nil || input.engine != nil else {
            throw ServiceFault.combination("No modifications were requested")
        }
        guard input.accessString == nil || input.appendAccessString == nil else {
            throw ServiceFault.combination("The parameters AccessString and AppendAccessString can not be used together.")
        }
        if let text = input.accessString { user.access = try AccessStringInput.parse(text) }
        if let text = input.appendAccessString { user.access = try AccessStringInput.append(text, to: user.access) }
        if let engine = input.engine { user.engine = try UserIdentifier.engine(engine) }
        if let login { user.login = login }
        try LoginInput.check(user)
    }
}
