#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Nodes that an account has reserved: a line in the books. It neither holds nodes back nor is needed to run any.
package struct NodeReservation: NamedResource {
    package enum State: String, Sendable {
        case paymentPending = "payment-pending"
        case active
        /// Its term is over.
        case retired
    }

    package static let recordKind = "reservation"

    /// Seconds for which a new one says that its payment is pending. There is nothing to be paid: the state is there for clients that
    /// wait for the one after it.
    private static let payment: TimeInterval = 5

    package let realm: Realm
    /// `ReservedCacheNodeId`
    package let name: String
    /// The terms as they were when it was bought, whatever becomes of the offering.
    package let offering: NodeOffering
    /// Nodes.
    package let count: Int
    package let startTime: Date
    package var tags: [Tag]

    package init(realm: Realm, name: String, offering: NodeOffering, count: Int, startTime: Date, tags: [Tag] = []) {
        self.realm = realm
        self.name = name
        self.offering = offering
        self.count = count
        self.startTime = startTime
        self.tags = tags
    }

    package func state(at date: Date) -> State {
        let age = date.timeIntervalSince(startTime)
        if age >= Double(offering.term.seconds) { return .retired }
        return age < Self.payment ? .paymentPending : .active
    }
}
