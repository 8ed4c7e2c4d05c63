import AWSProtocol
import ElastiCacheAPI
import Testing

@Suite struct OperationTests {
    @Test func thereAre75() {
        #expect(API.operationNames.count == 75)
        #expect(API.operations.map { $0.name } == API.operationNames)
        #expect(API.operationNames == API.operationNames.sorted())
        #expect(Set(API.operationNames).count == 75)
    }

    @Test func resultsAreWrappedInTheNameOfTheOperation() {
        let without: Set = ["DeleteCacheParameterGroup", "DeleteCacheSecurityGroup", "DeleteCacheSubnetGroup"]
        for operation in API.operations {
            let wrapper = without.contains(operation.name) ? nil : operation.name + "Result"
            #expect(operation.resultWrapper == wrapper, "\(operation.name)")
        }
    }

    @Test func faultsComeFromTheTable() {
        let known = Set(API.faults)
        for operation in API.operations {
            #expect(known.isSuperset(of: operation.faults), "\(operation.name)")
        }
        #expect(API.Operations.CreateReplicationGroup.faults.contains(.nodeGroupsPerReplicationGroupQuotaExceeded))
        #expect(API.Operations.DescribeCacheEngineVersions.faults.isEmpty)
    }

    @Test func theServiceIsNamed() {
        #expect(API.version == "2015-02-02")
        #expect(API.namespace == "http://elasticache.amazonaws.com/doc/2015-02-02/")
        #expect(API.signingName == "elasticache")
    }

    /// No request without parameters is more than a decoding error.
    @Test func everyInputReadsAnEmptyRequest() throws {
        let empty = QueryDecoder(try QueryParameters(parsing: ""))
        var refused = 0
        for operation in API.operations {
            do throws(QueryDecodingError) {
                try Self.read(operation, empty)
            } catch {
                #expect([.missing, .missingList].contains(error.reason), "\(operation.name)")
                refused += 1
            }
        }
        // The operations with a required member.
        #expect(refused == 57)
    }

    private static func read<Operation: APIOperation>(
        _ operation: Operation.Type,
        _ decoder: QueryDecoder
    ) throws(QueryDecodingError) {
        _ = try Operation.Input(from: decoder)
    }
}
