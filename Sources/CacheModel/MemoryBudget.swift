/// How much memory the nodes of all accounts may be promised together.
package struct MemoryBudget: Sendable, Equatable {
    /// Bytes that the machine has.
    package let machine: Int
    /// How many times over they may be promised: nodes that are not full take less than they may.
    package let overcommit: Double

    package init(machine: Int, overcommit: Double) {
        self.machine = machine
        self.overcommit = overcommit
    }

    /// Bytes.
    package var total: Int { Int(min(Double(machine) * overcommit, Double(Int.max / 2))) }
}
