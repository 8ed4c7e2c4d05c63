import CacheModel
import ElastiCacheAPI
import Foundation

extension NodeOffering {
    var answer: API.ReservedCacheNodesOffering {
        API.ReservedCacheNodesOffering(
            reservedCacheNodesOfferingId: id, cacheNodeType: nodeType, duration: term.seconds, fixedPrice: fixedPrice,
            usagePrice: usagePrice, productDescription: product, offeringType: payment.rawValue, recurringCharges: charges)
    }

    fileprivate var charges: [API.RecurringCharge] {
        recurringCharges.map { API.RecurringCharge(recurringChargeAmount: $0.amount, recurringChargeFrequency: $0.frequency) }
    }
}

extension NodeReservation {
    func answer(_ context: RequestContext) -> API.ReservedCacheNode {
        API.ReservedCacheNode(
            reservedCacheNodeId: name, reservedCacheNodesOfferingId: offering.id, cacheNodeType: offering.nodeType, startTime: startTime,
            duration: offering.term.seconds, fixedPrice: offering.fixedPrice, usagePrice: offering.usagePrice, cacheNodeCount: count,
            productDescription: offering.product, offeringType: offering.payment.rawValue, state: state(at: context.now).rawValue,
            recurringCharges: offering.charges, reservationARN: context.arn(.reservedInstance, name))
    }
}
