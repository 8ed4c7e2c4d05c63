import CacheModel
import Logging
import Testing

@testable import ControlPlane

extension Fixture {
    static let password = "secret-password-01"

    /// Creates a user, which must be good.
    func makeUser(
        _ id: String, name: String? = nil, engine: String = "redis", access: String = "on ~* +@all",
        _ login: String = "Passwords.member.1=\(password)"
    ) async throws {
        let reply = try await call(
            "CreateUser", "UserId=\(id)&UserName=\(name ?? id)&Engine=\(engine)&AccessString=\(access.escaped)&\(login)")
        try #require(reply.status == 200, "\(reply.text)")
    }

    /// Creates a user group and makes it active, as its keeper does.
    func makeUserGroup(_ id: String, engine: String = "redis", _ users: String...) async throws {
        let members = users.enumerated().map { "&UserIds.member.\($0 + 1)=\($1)" }.joined()
        let reply = try await call("CreateUserGroup", "UserGroupId=\(id)&Engine=\(engine)\(members)")
        try #require(reply.status == 200, "\(reply.text)")
        try await keepUsers()
    }

    func keepUsers() async throws {
        try await UserKeeper(world: world, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).keep()
    }

    /// As the group's reconciler does once all nodes know.
    func giveUsers(of id: String) async throws {
        let access = try #require(world.read { state in state.groups[key(id)].flatMap { state.access(of: $0.value) } })
        try await change(id) { group in
            group.record(access, of: Set(group.members.map(\.id)))
            group.accessInForce = access.fingerprint
            group.endChange()
        }
        try await keepUsers()
    }

    func access(of id: String) -> NodeAccess? { world.read { state in state.groups[key(id)].flatMap { state.access(of: $0.value) } } }

    func user(_ id: String) -> User? { world.read { $0.user(id, in: Self.home) } }

    func userGroup(_ id: String) -> UserGroup? { world.read { $0.resource(UserGroup.self, id, in: Self.home) } }
}
