import Foundation

extension ProcessDirectory {
    /// Bytes.
    static let longestLog = 10 << 20

    /// Renames each log that has grown too long to `NAME.1`, where the one before it goes. For when nothing runs here.
    func turnLogs() {
        for log in LogTail.logs.map({ path + "/" + $0 }) where PlainFile.size(log).map({ $0 > Self.longestLog }) ?? false {
            // A log that stays is no reason not to start.
            rename(log, log + ".1")
        }
    }
}
