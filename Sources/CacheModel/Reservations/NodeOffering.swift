/// Terms on which nodes may be reserved, as the operator's file of offerings has them.
package struct NodeOffering: Codable, Sendable, Equatable {
    package enum Payment: String, Codable, Sendable, CaseIterable {
        case lightUtilization = "Light Utilization"
        case mediumUtilization = "Medium Utilization"
        case heavyUtilization = "Heavy Utilization"
        case allUpfront = "All Upfront"
        case partialUpfront = "Partial Upfront"
        case noUpfront = "No Upfront"
    }

    package struct RecurringCharge: Codable, Sendable, Equatable {
        package let amount: Double
        /// `Hourly`
        package let frequency: String

        package init(amount: Double, frequency: String) {
            self.amount = amount
            self.frequency = frequency
        }
    }

    package let id: String
    /// The name of a `NodeType`.
    package let nodeType: String
    package let term: ReservationTerm
    /// `redis`, `valkey` or `memcached`
    package let product: String
    package let payment: Payment
    /// For the whole term.
    package let fixedPrice: Double
    /// For an hour.
    package let usagePrice: Double
    package let recurringCharges: [RecurringCharge]

    package init(
        id: String, nodeType: String, term: ReservationTerm, product: String, payment: Payment, fixedPrice: Double = 0,
        usagePrice: Double = 0, recurringCharges: [RecurringCharge] = []
    ) {
        self.id = id
        self.nodeType = nodeType
        self.term = term
        self.product = product
        self.payment = payment
        self.fixedPrice = fixedPrice
        self.usagePrice = usagePrice
        self.recurringCharges = recurringCharges
    }
}

/// How long a reservation lasts.
package enum ReservationTerm: Int, Codable, Sendable, CaseIterable {
    case oneYear = 1
    case threeYears = 3

    /// A year has 365 days.
    package var seconds: Int { rawValue * 31_536_000 }

    /// Takes years or seconds, as the API's filters do.
    package init?(_ text: String) {
        switch text {
        case "1", "31536000": self = .oneYear
        case "3", "94608000": self = .threeYears
        default: return nil
        }
    }
}
