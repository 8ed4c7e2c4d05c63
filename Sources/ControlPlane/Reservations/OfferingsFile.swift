package import CacheModel
package import Foundation

/// The operator's offerings, as JSON:
///
/// ```json
/// {"offerings": [{"id": "r7g-1y", "nodeType": "cache.r7g.large", "years": 1, "product": "redis", "payment": "No Upfront",
///                 "fixedPrice": 0, "usagePrice": 0, "hourlyCharge": 0.12}]}
/// ```
package enum OfferingsFile {
    /// What is wrong, and with which entry.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private static let needed = ["id", "nodeType", "years", "product", "payment"]
    private static let prices = ["fixedPrice", "usagePrice", "hourlyCharge"]
    private static let products = ["redis", "valkey", "memcached"]

    package static func parse(_ data: Data, _ nodeTypes: NodeTypeCatalog = .real) throws(Failure) -> [NodeOffering] {
        let document: Any
        do {
            document = try JSONSerialization.jsonObject(with: data)
        } catch {
            throw Failure(description: "it is not JSON")
        }
        guard let object = document as? [String: Any], let list = object["offerings"] as? [Any] else {
            throw Failure(description: "it must be an object with a list named offerings")
        }
        var offerings: [NodeOffering] = []
        for (index, entry) in list.enumerated() {
            guard let fields = entry as? [String: Any] else { throw Failure(description: "offerings[\(index)] is not an object") }
            let offering = try offering(Entry(fields: fields, place: "offerings[\(index)]"), nodeTypes)
            guard !offerings.contains(where: { $0.id == offering.id }) else {
                throw Failure(description: "offerings[\(index)].id repeats \(offering.id)")
            }
            offerings.append(offering)
        }
        return offerings
    }

    private static func offering(_ entry: Entry, _ nodeTypes: NodeTypeCatalog) throws(Failure) -> NodeOffering {
        if let stranger = entry.fields.keys.sorted().first(where: { !(needed + prices).contains($0) }) {
            throw Failure(
                description: "\(entry.place).\(stranger) is not known: it must be one of \((needed + prices).joined(separator: ", "))")
        }
        let nodeType = try entry.text("nodeType")
        guard nodeTypes[nodeType] != nil else { throw Failure(description: "\(entry.place).nodeType \(nodeType) is no node type") }
        let product = try entry.text("product")
        guard products.contains(product) else {
            throw Failure(description: "\(entry.place).product \(product) is not one of \(products.joined(separator: ", "))")
        }
        let payment = try entry.text("payment")
        guard let payment = NodeOffering.Payment(rawValue: payment) else {
            let allowed = NodeOffering.Payment.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(description: "\(entry.place).payment \(payment) is not one of \(allowed)")
        }
        guard let years = Int(exactly: try entry.number("years")), let term = ReservationTerm(rawValue: years) else {
            throw Failure(description: "\(entry.place).years must be 1 or 3")
        }
        let hourly = try entry.price("hourlyCharge")
        return NodeOffering(
            id: try entry.text("id"), nodeType: nodeType, term: term, product: product, payment: payment,
            fixedPrice: try entry.price("fixedPrice"), usagePrice: try entry.price("usagePrice"),
            recurringCharges: hourly > 0 ? [.init(amount: hourly, frequency: "Hourly")] : [])
    }

    private struct Entry {
        let fields: [String: Any]
        let place: String

        func text(_ name: String) throws(Failure) -> String {
            guard let text = fields[name] as? String, !text.isEmpty else { throw Failure(description: "\(place).\(name) must be a text") }
            return text
        }

        func number(_ name: String) throws(Failure) -> Double {
            guard let number = fields[name] as? Double, number.isFinite, number.magnitude < 1e12 else {
                throw Failure(description: "\(place).\(name) must be a number")
            }
            return number
        }

        /// Zero where it is left out.
        func price(_ name: String) throws(Failure) -> Double {
            guard fields[name] != nil else { return 0 }
            let price = try number(name)
            guard price >= 0 else { throw Failure(description: "\(place).\(name) must not be negative") }
            return price
        }
    }
}
