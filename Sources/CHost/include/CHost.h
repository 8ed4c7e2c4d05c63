#pragma once

#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>

// What Swift can't call: system calls without a wrapper that it imports, and the platform's own spawn attributes.
// Every function returns -1 and sets errno on failure. Where the kernel isn't Linux they fail with ENOSYS.

/// Starts `path` in a session of its own with `directory` as its working directory, standard input from /dev/null, output and errors
/// appended to `output` (created 0600), every other descriptor closed, and default signal handling.
/// Returns 0, or the errno of the step that failed: nothing runs then.
int chost_spawn(const char *path, char *const arguments[], char *const environment[], const char *directory, const char *output,
                pid_t *pid);

/// Starts `path` with this process's environment, standard input from /dev/null, output and errors to the descriptor `output`, and every
/// other descriptor closed. It is killed when the calling thread ends, and with it when this process does, however that ends.
/// Returns 0, or the errno of the step that failed: nothing runs then.
int chost_spawn_bound(const char *path, char *const arguments[], int output, pid_t *pid);

/// Has every descriptor from `first` on closed in the process to be spawned. Returns 0 or an errno.
int chost_close_from(posix_spawn_file_actions_t *actions, int first);

/// A descriptor of the process that becomes readable when it ends; closed on exec.
int chost_pidfd_open(pid_t pid);

/// Signals exactly that process, never a later one with its number.
int chost_pidfd_signal(int pidfd, int signal);
/// Signals it and all that it forked into its group, also where it has ended itself and not been reaped. EINVAL before Linux 6.9.
int chost_pidfd_signal_group(int pidfd, int signal);

/// Reaps an ended child. Returns 1 if it exited (`status` is its code), 2 if a signal ended it (`status` is the signal's number),
/// 0 if it still runs, -1 with ECHILD if it isn't ours.
int chost_pidfd_reap(int pidfd, int *status);

/// An epoll instance for pidfds and one wake-up descriptor (eventfd), whose token is 0.
int chost_exits_open(int *wake);
int chost_exits_add(int exits, int descriptor, uint64_t token);
int chost_exits_remove(int exits, int descriptor);
/// Waits without limit. Writes the tokens of what became readable, each reported once. Returns their number.
int chost_exits_wait(int exits, uint64_t *tokens, int capacity);
int chost_exits_wake(int wake);

/// Has two files change places in one step. EINVAL or ENOTSUP where their file system can't.
int chost_exchange(const char *one, const char *other);

/// flock(2), exclusive, without waiting. Swift sees only the structure of that name.
int chost_lock(int descriptor);

/// Bounds the number of malloc arenas (glibc): each costs resident memory. Does nothing elsewhere.
void chost_limit_arenas(int count);
/// What marks Elastane's own connections to nodes, so that a packet filter knows them. (SO_MARK)
#define CHOST_TRAFFIC_MARK 0x656c6173
/// The socket option's name; 0 where this process may not set it, or the system has none. Asked once.
int chost_mark_option(void);

/// Whether what lies there is in memory alone (tmpfs, ramfs): 1 or 0; -1 where it can't be told.
int chost_is_in_memory(const char *path);

/// When the file was made, in nanoseconds since 1970; -1 where the file system does not say, or there is none.
int64_t chost_birth_time(const char *path);

