import AWSProtocol
import Testing

private enum GetLeaf: APIOperation {
    typealias Input = Leaf
    typealias Output = Leaf
    static let name = "GetLeaf"
    static let resultWrapper: String? = "GetLeafResult"
    static let faults: [FaultCode] = []
}

private enum DropLeaf: APIOperation {
    typealias Input = Leaf
    typealias Output = NoOutput
    static let name = "DropLeaf"
    static let resultWrapper: String? = nil
    static let faults: [FaultCode] = []
}

@Suite struct QueryEnvelopeTests {
    private let envelope = QueryEnvelope(namespace: "http://example.com/doc/1/")

    private func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    @Test func wrapsAResult() {
        #expect(
            self.text(self.envelope.success(GetLeaf.self, Leaf(name: "a"), requestID: "r-1"))
                == "<GetLeafResponse xmlns=\"http://example.com/doc/1/\"><GetLeafResult><Name>a</Name></GetLeafResult>"
                + "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetLeafResponse>"
        )
    }

    @Test func hasNoResultElementWithoutOutput() {
        #expect(
            self.text(self.envelope.success(DropLeaf.self, NoOutput(), requestID: "r-1"))
                == "<DropLeafResponse xmlns=\"http://example.com/doc/1/\">"
                + "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DropLeafResponse>"
        )
    }

    @Test(arguments: [(FaultCode("Wrong", 404), "Sender"), (.internalFailure, "Receiver")])
    func wrapsAFault(code: FaultCode, type: String) {
        #expect(
            self.text(self.envelope.failure(ServiceFault(code, "no <leaf>"), requestID: "r-1"))
                == "<ErrorResponse xmlns=\"http://example.com/doc/1/\"><Error><Type>\(type)</Type><Code>\(code.code)</Code>"
                + "<Message>no &lt;leaf&gt;</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
        )
    }
}
