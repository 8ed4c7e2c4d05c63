import CacheModel
import Testing

struct RegionTests {
    @Test(arguments: [
        ("us-east-1", "use1"), ("us-east-2", "use2"), ("us-west-1", "usw1"), ("us-west-2", "usw2"), ("ca-central-1", "cac1"),
        ("eu-west-1", "euw1"), ("eu-west-2", "euw2"), ("eu-west-3", "euw3"), ("eu-central-1", "euc1"), ("eu-north-1", "eun1"),
        ("eu-south-1", "eus1"), ("ap-northeast-1", "apne1"), ("ap-northeast-2", "apn2"), ("ap-southeast-1", "apse1"),
        ("ap-southeast-2", "apse2"), ("ap-south-1", "aps1"), ("sa-east-1", "sae1"), ("me-south-1", "mes1"), ("af-south-1", "afs1"),
        ("us-gov-west-1", "ugw1"), ("us-gov-east-1", "uge1"), ("cn-north-1", "cnn1"), ("cn-northwest-1", "cnw1"),
        ("il-central-1", "ilc1"), ("ap-southeast-7", "apse7"), ("mx-central-1", "mxc1"), ("eu-isoe-west-1", "euiw1"),
    ])
    func shortCodes(name: String, code: String) {
        #expect(Region(name)?.shortCode == code)
    }

    @Test(arguments: [
        "", "us", "us-east", "us-east-", "us-east-0", "us-east-a", "us-east-111", "US-EAST-1", "us--1", "usa-east-1", "us-east-1a",
        "us_east_1",
        "us-east-1 ", "u-east-1", "us-éast-1", "us-east-1-", "-east-1", "us-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1", "us-a-b-c-d-1", "../x-y-1",
    ])
    func malformed(name: String) {
        #expect(Region(name) == nil)
    }

    @Test(arguments: [
        ("us-east-1", "abcdef"), ("us-west-2", "abcd"), ("us-west-1", "abc"), ("ap-northeast-1", "acd"), ("xx-nowhere-9", "abc"),
    ])
    func zones(name: String, letters: String) throws {
        let region = try #require(Region(name))
        #expect(region.zones == letters.map { "\(name)\($0)" })
    }

    @Test func zoneIndexIsTheLetter() throws {
        let tokyo = try #require(Region("ap-northeast-1"))
        #expect(tokyo.zoneIndex("ap-northeast-1a") == 0)
        #expect(tokyo.zoneIndex("ap-northeast-1d") == 3)
        for zone in ["ap-northeast-1b", "us-east-1a", "ap-northeast-1", "", "a", "ap-northeast-1A"] {
            #expect(tokyo.zoneIndex(zone) == nil)
        }
    }

    @Test(arguments: [
        ("us-east-1", "aws", "amazonaws.com"), ("cn-northwest-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-east-1", "aws-us-gov", "amazonaws.com"),
    ])
    func partitions(name: String, partition: String, suffix: String) throws {
        let region = try #require(Region(name))
        #expect(region.partition == partition)
        #expect(region.dnsSuffix == suffix)
    }

    @Test(arguments: [
        ("us-east-1", 180, 480), ("us-west-2", 360, 480), ("eu-west-3", 1439, 450), ("ap-south-1", 1050, 480), ("eu-west-1", 1320, 480),
    ])
    func quietHours(name: String, start: Int, duration: Int) throws {
        let hours = try #require(Region(name)).quietHours
        #expect(hours.start == start)
        #expect(hours.duration == duration)
    }
}
