import ElastiCacheAPI

/// Which operations are served, as a document that is made from the handlers and so can't differ from them.
package enum Coverage {
    package static func markdown() -> String {
        let served = Set(ElastiCacheService.servedOperations)
        let rows = API.operationNames.map { "| \($0) | \(served.contains($0) ? "yes" : "no") |" }
        return """
            # API coverage

            Made by `make generate` from the handlers. \(served.count) of the \(API.operationNames.count) operations of the API of \
            \(API.version) are served; any other answers `NotImplemented` (501) and names itself.

            | operation | served |
            |---|---|
            \(rows.joined(separator: "\n"))

            """
    }
}
