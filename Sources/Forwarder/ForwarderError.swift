package enum ForwarderError: Error, Sendable, Equatable {
    /// A socket path in the file system holds at most this many bytes.
    case socketPathTooLong(path: String, limit: Int)
    /// Another forwarder answers on the control socket.
    case alreadyRunning(path: String)
    /// The control socket could not be made.
    case cannotListen(String)
    /// Nobody answers on the control socket: nothing was changed.
    case unreachable(String)
    /// The forwarder said no, and why: nothing was changed.
    case refused(String)
    /// The command was sent and no answer came: it may have been carried out. Commands can be repeated.
    case unknownOutcome(String)
}
