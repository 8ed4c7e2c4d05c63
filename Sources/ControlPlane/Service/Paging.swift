import AWSProtocol
import Foundation

/// One page of a list that is ordered by a key: what a marker names is the last key of the page before.
struct Paging {
    private static let range = 20...100

    private let size: Int
    private let after: String?

    /// Throws `InvalidParameterValue` naming `MaxRecords` or `Marker`.
    init(maxRecords: Int?, marker: String?) throws {
        let size = maxRecords ?? Self.range.upperBound
        guard Self.range.contains(size) else {
            throw ServiceFault.value(
                "The parameter MaxRecords must be within \(Self.range.lowerBound) and \(Self.range.upperBound). It was \(size).")
        }
        self.size = size
        after = try marker.map { marker in
            guard let data = Data(base64Encoded: marker), let key = String(data: data, encoding: .utf8), !key.isEmpty else {
                throw ServiceFault.value("The parameter Marker is not one that this operation returned.")
            }
            return key
        }
    }

    /// The page's items and the marker of the next page, if there is one. `items` are ascending by `key`, which is unique.
    func page<Item>(_ items: [Item], by key: (Item) -> String) -> (items: [Item], marker: String?) {
        let start = after.map { after in items.firstIndex { key($0) > after } ?? items.endIndex } ?? items.startIndex
        let page = items[start...].prefix(size)
        let hasMore = page.endIndex < items.endIndex
        return (Array(page), hasMore ? page.last.map { Data(key($0).utf8).base64EncodedString() } : nil)
    }
}
