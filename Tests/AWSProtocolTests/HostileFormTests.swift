import AWSProtocol
import Testing

/// Whatever bytes come, the answer is a value or an error.
@Suite struct HostileFormTests {
    @Test(.timeLimit(.minutes(1)), arguments: 0..<8)
    func neverTraps(seed: UInt64) {
        var random = SplitMix(state: seed)
        let pieces = ["L", ".", "1", "0", "=", "&", "%", "%4", "%C3", "+", "-", "Leaf", "Name", "member", "99999999999999999999", "é"]
        for _ in 0..<4000 {
            var form: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<24, using: &random) {
                if Int.random(in: 0..<12, using: &random) == 0 {
                    form.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    form += Array(pieces.randomElement(using: &random)!.utf8)
                }
            }
            guard let parameters = try? QueryParameters(parsing: form) else { continue }
            let place = QueryDecoder(parameters)
            _ = try? place.structures("L", as: Leaf.self)
            _ = try? place.structures("L", as: Strict.self)
            _ = try? place.strings("L")
            _ = try? place.structure("Leaf", as: Strict.self)
            _ = try? place.timestamp("L")
            _ = xml { $0.element("L", place.string("L")) }
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
