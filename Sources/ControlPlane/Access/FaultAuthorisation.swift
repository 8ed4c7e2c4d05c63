import Access
import CacheModel

/// Who may make which faults where keys are kept. They are not the API's, so that policies name them `elastane:MakeFault`.
enum FaultAuthorisation {
    private static let action = "elastane:MakeFault"

    /// A member has to be of the key's own account; a node of a Memcached cluster is asked about as its cluster. A zone has members of all accounts: only who acts for the service's own may.
    static func check(_ principal: Principal, member: String, in realm: Realm) throws(FaultRefusal) {
        guard realm.account == principal.account else {
            throw FaultRefusal(.forbidden, "The key \(principal.accessKeyID) is not of the account \(realm.account).")
        }
        let cluster = MemcachedNodeID.parse(member)?.cluster ?? member
        let region = Region(realm.region)
        let arn = region.map { ARN(region: $0, account: realm.account, type: .cluster, name: cluster).description } ?? "*"
        try check(principal, resource: arn, partition: region?.partition ?? "aws")
    }

    static func checkZone(_ principal: Principal, home: Realm) throws(FaultRefusal) {
        guard home.account == principal.account else {
            throw FaultRefusal(
                .forbidden,
                "A zone has members of all accounts: only keys of the service's own account, \(home.account), take it down or up.")
        }
        try check(principal, resource: "*", partition: Region(home.region)?.partition ?? "aws")
    }

    private static func check(_ principal: Principal, resource: String, partition: String) throws(FaultRefusal) {
        guard let verdict = principal.policy?.verdict(on: action, resources: [resource]),
            let refusal = Authorisation.refusal(principal, action, verdict, partition: partition)
        else { return }
        throw FaultRefusal(.forbidden, refusal)
    }
}
