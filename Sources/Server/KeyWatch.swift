package import Access
import NIOPosix
import ServiceLifecycle

/// Takes up what changes in the file with the keys, within half a second.
package struct KeyWatch: Service {
    private let keys: KeyRing

    package init(keys: KeyRing) {
        self.keys = keys
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(500))
                // A disk that hangs must hold up nobody: the keys read last stay in force.
                try? await NIOThreadPool.singleton.runIfActive { keys.refresh() }
            }
        }
    }
}
