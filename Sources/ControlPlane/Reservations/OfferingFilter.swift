import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The filters that offerings and reservations share. What is absent lets everything pass.
struct OfferingFilter {
    private let nodeType: String?
    private let term: ReservationTerm?
    private let product: String?
    private let payment: NodeOffering.Payment?

    /// Throws `InvalidParameterValue` naming `Duration` or `OfferingType`.
    init(nodeType: String?, duration: String?, product: String?, offeringType: String?) throws {
        self.nodeType = nodeType
        self.product = product?.lowercased()
        term = try duration.map { text in
            guard let term = ReservationTerm(text) else {
                throw ServiceFault.value("The parameter Duration must be one of 1, 3, 31536000, 94608000. It was \(text).")
            }
            return term
        }
        payment = try offeringType.map { text in
            guard let payment = NodeOffering.Payment(rawValue: text) else {
                let allowed = NodeOffering.Payment.allCases.map(\.rawValue).joined(separator: ", ")
                throw ServiceFault.value("The parameter OfferingType must be one of \(allowed). It was \(text).")
            }
            return payment
        }
    }

    func matches(_ offering: NodeOffering) -> Bool {
        (nodeType == nil || nodeType == offering.nodeType) && (term == nil || term == offering.term)
            && (product == nil || product == offering.product) && (payment == nil || payment == offering.payment)
    }
}

extension ServiceFault {
    static func noOffering(_ id: String) -> ServiceFault {
        ServiceFault(.reservedCacheNodesOfferingNotFound, "ReservedCacheNodesOffering not found: \(id)")
    }
}
