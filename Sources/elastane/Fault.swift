import ArgumentParser

struct Fault: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a fault in a running service's groups, to see what an application makes of it.",
        discussion: """
            For tests of applications on the machine where `elastane serve` runs: it takes such orders over loopback only. Where it \
            keeps access keys, they are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

            kill ends a member's process at once (SIGKILL), as a crash would. A primary's replica takes over, and the member comes \
            back by itself.
            pause stops a member's process (SIGSTOP): connections stay open and nothing answers, as when a machine hangs. resume \
            (SIGCONT) lets it go on.
            zone takes an Availability Zone down: its members end at once and are not started again. A zone that is down stays \
            down, also when the service is started anew, until it is up.
            """,
        subcommands: [Kill.self, Pause.self, Resume.self, Zone.self])

    struct Kill: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a member's process at once, as a crash would.")

        @OptionGroup var target: MemberArguments
        func run() async throws { try await target.order("kill") }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a member's process, so that it hangs, until it is resumed.")

        @OptionGroup var target: MemberArguments
        func run() async throws { try await target.order("pause") }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a paused member go on.")

        @OptionGroup var target: MemberArguments
        func run() async throws { try await target.order("resume") }
    }

    struct Zone: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an Availability Zone down, or up again.",
            discussion: "Of all accounts. A zone that is down stays down, also when the service is started anew, until it is up.")

        enum State: String, ExpressibleByArgument, CaseIterable {
            case down
            case up
        }

        @Argument(help: "Such as us-east-1b.")
        var zone: String

        @Argument(help: "down or up.")
        var state: State

        @OptionGroup var service: ServiceOptions

        func run() async throws {
            print(try await service.client().order(FaultOrder(action: "zone-\(state.rawValue)", zone: zone)))
        }
    }
}

struct ServiceOptions: ParsableArguments {
    @Option(help: "The service. (ELASTANE_ENDPOINT; default http://127.0.0.1:8379, or as ELASTANE_HOST and ELASTANE_PORT say)")
    var endpoint: String?

    @Option(
        help:
            "A PEM file with the certificates to trust an https service by, such as what `elastane ca` prints. (AWS_CA_BUNDLE; default the machine's)"
    )
    var caBundle: String?

    func client() throws -> FaultClient { try FaultClient(chosen(), trust: Setting.text(caBundle, "AWS_CA_BUNDLE")) }

    private func chosen() throws -> ServiceEndpoint {
        if let text = Setting.text(endpoint, "ELASTANE_ENDPOINT") {
            guard let endpoint = ServiceEndpoint(text) else {
                throw ValidationError("--endpoint \(text) is malformed: it must be like http://127.0.0.1:8379.")
            }
            return endpoint
        }
        let port = try Setting.value(Int?.none, "ELASTANE_PORT", default: 8379)
        guard (1...65_535).contains(port) else {
            throw ValidationError("ELASTANE_PORT is \(port): name the service with --endpoint http://127.0.0.1:PORT.")
        }
        let isEncrypted = try Setting.flag(false, "ELASTANE_TLS") || Setting.text(nil, "ELASTANE_TLS_CERT") != nil
        return ServiceEndpoint(host: Setting.text(nil, "ELASTANE_HOST") ?? "127.0.0.1", port: port, isEncrypted: isEncrypted)
    }
}

struct MemberArguments: ParsableArguments {
    @Argument(help: "A cache cluster's id, such as demo-001.")
    var member: String

    @OptionGroup var service: ServiceOptions

    @Option(help: "The member's region. (ELASTANE_REGION; default the service's)")
    var region: String?

    @Option(help: "The member's account. (ELASTANE_ACCOUNT_ID; default the service's)")
    var accountId: String?

    func order(_ action: String) async throws {
        let order = FaultOrder(
            action: action, member: member, account: Setting.text(accountId, "ELASTANE_ACCOUNT_ID"),
            region: Setting.text(region, "ELASTANE_REGION"))
        print(try await service.client().order(order))
    }
}
