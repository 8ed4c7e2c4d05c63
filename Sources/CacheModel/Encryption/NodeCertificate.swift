#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The certificate that a node serves TLS with, or is to: what is on record of it beside the files.
package struct NodeCertificate: Codable, Sendable, Equatable {
    /// Hexadecimal.
    package var serial: String
    /// The fingerprint of the authority's own certificate.
    package var authority: String
    /// The fingerprint of the subject that it was issued for.
    package var subject: String
    package var issued: Date
    package var end: Date
    /// Whether the node's engine serves it: it was started with it, or has loaded it since.
    package var isLoaded: Bool

    package init(serial: String, authority: String, subject: String, issued: Date, end: Date, isLoaded: Bool = false) {
        self.serial = serial
        self.authority = authority
        self.subject = subject
        self.issued = issued
        self.end = end
        self.isLoaded = isLoaded
    }

    /// From when on it counts. Seconds before it was issued: clocks of clients may be late.
    package static let earlier: TimeInterval = 3600
    package var beginning: Date { issued.addingTimeInterval(-Self.earlier) }

    /// From when on it is to be replaced: a third of its time is left then.
    package var renewal: Date { end.addingTimeInterval(issued.timeIntervalSince(end) / 3) }
}
