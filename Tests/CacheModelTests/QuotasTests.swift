import CacheModel
import Testing

@Suite struct QuotasTests {
    @Test func theRealServices() {
        let quotas = Quotas()
        #expect(quotas.nodesPerRegion == 300 && quotas.nodesPerCluster == 90 && quotas.shardsPerGroup == 90)
        #expect(quotas.replicasPerShard == 5 && quotas.tagsPerResource == 50 && quotas.failoverTestsPerDay == 15)
        #expect(quotas.parameterGroups == 300 && quotas.subnetGroups == 300 && quotas.subnetsPerGroup == 20)
        #expect(quotas.reservedNodes == 300)
    }

    @Test func raisedButNotBeyondWhatAVersionCan() throws {
        var quotas = Quotas()
        try quotas.set("nodes-per-cluster=500, shards-per-group=400")
        #expect(quotas.nodesPerCluster(EngineVersion(7, 0, 7)) == 500)
        #expect(quotas.nodesPerCluster(EngineVersion(5, 0, 5)) == 250)
        #expect(quotas.shardsPerGroup(EngineVersion(7, 0, 7)) == 400)
        #expect(quotas.shardsPerGroup(EngineVersion(5, 0, 5)) == 250)
        #expect(Quotas().nodesPerCluster(EngineVersion(5, 0, 5)) == 90)
    }

    @Test func everyNameIsOneOfItsOwn() throws {
        #expect(Set(Quotas.settings.map(\.name)).count == Quotas.settings.count)
        for setting in Quotas.settings {
            var quotas = Quotas()
            #expect(setting.range.contains(setting.value))
            try quotas.set("\(setting.name)=\(setting.range.upperBound)")
            #expect(quotas != Quotas())
            try quotas.set("\(setting.name)=\(setting.value)")
            #expect(quotas == Quotas())
        }
    }

    @Test(arguments: [
        ("nodes-per-region", Quotas.Failure.malformed("nodes-per-region")),
        ("nodes-per-region=", .malformed("nodes-per-region=")),
        ("nodes-per-region=many", .malformed("nodes-per-region=many")),
        ("nodes=3", .unknown("nodes")),
        ("nodes-per-cluster=501", .outOfRange("nodes-per-cluster", 1...500)),
        ("nodes-per-region=-1", .outOfRange("nodes-per-region", 0...1_000_000)),
    ])
    func refuses(_ text: String, _ failure: Quotas.Failure) {
        var quotas = Quotas()
        #expect(throws: failure) { try quotas.set(text) }
    }
}
