import AWSProtocol
import ElastiCacheAPI
import Foundation
import Testing

@testable import ControlPlane

@Suite struct PagingTests {
    private static let items = (0..<250).map { String(1000 + $0) }

    @Test(arguments: [20, 21, 99, 100, nil])
    func goesThroughAll(size: Int?) throws {
        var seen: [String] = []
        var marker: String?
        var pages = 0
        repeat {
            let page = try Paging(maxRecords: size, marker: marker).page(Self.items) { $0 }
            #expect(page.items.count <= size ?? 100 && !page.items.isEmpty)
            seen += page.items
            marker = page.marker
            pages += 1
        } while marker != nil && pages < 50
        #expect(seen == Self.items && pages == (Self.items.count + (size ?? 100) - 1) / (size ?? 100))
    }

    @Test(arguments: [0, 1, 19, 101, -1, Int.max])
    func refusesSizes(size: Int) {
        #expect { try Paging(maxRecords: size, marker: nil) } throws: { error in
            let fault = error as? ServiceFault
            return fault?.code == .invalidParameterValue && fault?.message.contains("MaxRecords") == true
                && fault?.message.contains("\(size)") == true
        }
    }

    @Test(arguments: ["x", "%%%", "////", "=", Data([0xff, 0xfe]).base64EncodedString(), " "])
    func refusesMarkers(marker: String) {
        #expect { try Paging(maxRecords: nil, marker: marker) } throws: { error in
            (error as? ServiceFault)?.message.contains("Marker") == true
        }
    }

    @Test func exactlyOnePageHasNoMarker() throws {
        let page = try Paging(maxRecords: 20, marker: nil).page(Array(Self.items.prefix(20))) { $0 }
        #expect(page.items.count == 20 && page.marker == nil)
    }

    @Test func aMarkerBeyondTheEndIsAnEmptyPage() throws {
        let page = try Paging(maxRecords: 20, marker: Data("9".utf8).base64EncodedString()).page(Self.items) { $0 }
        #expect(page.items.isEmpty && page.marker == nil)
    }

    @Test func nothingIsAPage() throws {
        let page = try Paging(maxRecords: nil, marker: nil).page([String]()) { $0 }
        #expect(page.items.isEmpty && page.marker == nil)
    }
}
