import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

struct DescribeEvents: Handler {
    typealias Call = API.Operations.DescribeEvents

    /// Minutes: an hour if nothing is said, two weeks at most.
    private static let defaultDuration = 60
    private static let longestDuration = 14 * 24 * 60

    private let world: World

    init(_ environment: HandlerEnvironment) {
        world = environment.world
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let paging = try Paging(maxRecords: input.maxRecords, marker: input.marker)
        if input.sourceIdentifier != nil, input.sourceType == nil {
            throw ServiceFault.combination("The parameter SourceType must be provided when SourceIdentifier is.")
        }
        let times = try range(input, now: context.now)
        let identifier = input.sourceIdentifier?.lowercased()
        let events = world.read { $0.events[context.realm] ?? [] }.reversed().filter { recorded in
            times.contains(recorded.event.date)
                && (input.sourceType == nil || recorded.event.source.rawValue == input.sourceType?.rawValue)
                && (identifier == nil || recorded.event.identifier == identifier)
        }
        // Newest first, and the marker must grow along the pages.
        let page = paging.page(events) { Self.descending($0.key) }
        return Call.Output(
            marker: page.marker,
            events: page.items.map { recorded in
                API.Event(
                    sourceIdentifier: recorded.event.identifier,
                    sourceType: API.SourceType(rawValue: recorded.event.source.rawValue),
                    message: recorded.event.message,
                    date: recorded.event.date)
            })
    }

    private func range(_ input: Call.Input, now: Date) throws -> ClosedRange<Date> {
        if let duration = input.duration {
            guard input.startTime == nil || input.endTime == nil else {
                throw ServiceFault.combination("The parameter Duration can not be used together with StartTime and EndTime.")
            }
            guard (1...Self.longestDuration).contains(duration) else {
                throw ServiceFault.value("The parameter Duration must be within 1 and \(Self.longestDuration) minutes.")
            }
        }
        let oldest = now.addingTimeInterval(-Double(Self.longestDuration) * 60)
        let length = Double(input.duration ?? Self.defaultDuration) * 60
        let end = input.endTime ?? (input.duration.flatMap { _ in input.startTime?.addingTimeInterval(length) }) ?? now
        let start = input.startTime ?? end.addingTimeInterval(-length)
        guard start <= end else {
            throw ServiceFault.value("The parameter StartTime must not be after \(input.endTime == nil ? "now" : "EndTime").")
        }
        guard input.startTime.map({ $0 >= oldest.addingTimeInterval(-60) }) ?? true else {
            throw ServiceFault.value("The parameter StartTime must be within the last 14 days.")
        }
        return start...end
    }

    /// A key that sorts the other way round: the keys of events are of digits and one hyphen.
    private static func descending(_ key: String) -> String {
        String(decoding: key.split(separator: "/").last.map { $0.utf8.map { (48...57).contains($0) ? 105 - $0 : $0 } } ?? [], as: UTF8.self)
    }
}
