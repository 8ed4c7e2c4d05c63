package import AWSProtocol
package import Access

/// Who a request is from, and for which region.
package struct Caller: Sendable {
    /// What the request says; nil if it says nothing.
    package let scope: CredentialScope?
    /// Whose signature was verified; nil where no keys are kept.
    package let principal: Principal?

    package init(scope: CredentialScope?, principal: Principal? = nil) {
        self.scope = scope
        self.principal = principal
    }

    /// The account that it speaks for; nil for the service's own. Without keys an access key id is one if it has the form of one.
    var account: String? {
        if let principal { return principal.account }
        guard let id = scope?.accessKeyID, id.count == 12, id.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
        return id
    }
}
