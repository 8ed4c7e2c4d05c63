import ElastiCacheAPI
import Testing

@testable import ControlPlane

@Suite struct CoverageTests {
    @Test func namesEveryOperationOnce() {
        let text = Coverage.markdown()
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| operation") }
        #expect(API.operationNames.count == 75 && rows.count == 75)
        for name in API.operationNames {
            let isServed = ElastiCacheService.servedOperations.contains(name)
            #expect(rows.contains("| \(name) | \(isServed ? "yes" : "no") |"))
        }
        #expect(text.contains("\(ElastiCacheService.servedOperations.count) of the 75 operations"))
    }

    @Test func servesWhatItSays() {
        let expected = [
            "AddTagsToResource", "CreateReplicationGroup", "DeleteReplicationGroup", "DescribeCacheClusters", "DescribeCacheEngineVersions",
            "DescribeEvents", "DescribeReplicationGroups", "ListTagsForResource", "RemoveTagsFromResource",
        ]
        #expect(Set(expected).isSubset(of: ElastiCacheService.servedOperations))
        #expect(Set(ElastiCacheService.servedOperations).isSubset(of: API.operationNames))
    }
}
