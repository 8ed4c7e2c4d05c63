#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CHost.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int chost_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

#ifdef __linux__

#include <malloc.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/eventfd.h>
#include <sys/vfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int chost_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, const char *directory, const char *output) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error;
    if ((error = posix_spawnattr_setsigmask(attributes, &none))) return error;
    if ((error = posix_spawnattr_setsigdefault(attributes, &all))) return error;
    short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if ((error = posix_spawnattr_setflags(attributes, flags))) return error;
    if ((error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0))) return error;
    if ((error = posix_spawn_file_actions_addopen(actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0600))) return error;
    if ((error = posix_spawn_file_actions_adddup2(actions, 1, 2))) return error;
    if ((error = chost_close_from(actions, 3))) return error;
    return posix_spawn_file_actions_addchdir_np(actions, directory);
}

int chost_spawn(const char *path, char *const arguments[], char *const environment[], const char *directory, const char *output,
                pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error;
    if ((error = posix_spawn_file_actions_init(&actions))) return error;
    if ((error = posix_spawnattr_init(&attributes))) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    error = prepare(&actions, &attributes, directory, output);
    if (!error) error = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

// In the child, which has one thread and whatever locks another one held: system calls only. Returns only if it fails.
static void run_bound(const char *path, char *const arguments[], int output, pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return;
    // It may have ended before this was asked for.
    if (getppid() != parent) _exit(127);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) return;
    if (syscall(SYS_close_range, 4, ~0u, 0) != 0) {
        // Before Linux 5.9, or where it is forbidden.
        for (int descriptor = 4; descriptor < 65536; descriptor++) close(descriptor);
    }
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, arguments, environ);
}

int chost_spawn_bound(const char *path, char *const arguments[], int output, pid_t *pid) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        // What failed is told through descriptor 3, which closes when the program runs. The output may be in its place.
        int kept = output == 3 ? fcntl(output, F_DUPFD, 4) : output;
        if (ends[1] == 3 || dup3(ends[1], 3, O_CLOEXEC) == 3) run_bound(path, arguments, kept, parent);
        int error = errno;
        (void)!write(3, &error, sizeof error);
        _exit(127);
    }
    int error = child < 0 ? errno : 0;
    close(ends[1]);
    if (child > 0) {
        ssize_t count;
        do count = read(ends[0], &error, sizeof error);
        while (count < 0 && errno == EINTR);
        if (count != sizeof error) error = 0;
        if (error) {
            while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        }
    }
    close(ends[0]);
    *pid = child;
    return error;
}

// A pidfd is closed on exec without being asked to.
int chost_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int chost_pidfd_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }

int chost_pidfd_signal_group(int pidfd, int signal) {
    const unsigned processGroup = 1u << 2;  // PIDFD_SIGNAL_PROCESS_GROUP
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, processGroup);
}

int chost_pidfd_reap(int pidfd, int *status) {
    siginfo_t info;
    info.si_pid = 0;
    int result;
    do result = waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG);
    while (result < 0 && errno == EINTR);
    if (result < 0) return -1;
    if (info.si_pid == 0) return 0;
    *status = info.si_status;
    return info.si_code == CLD_EXITED ? 1 : 2;
}

int chost_exits_open(int *wake) {
    int exits = epoll_create1(EPOLL_CLOEXEC);
    if (exits < 0) return -1;
    *wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0};
    if (*wake >= 0 && epoll_ctl(exits, EPOLL_CTL_ADD, *wake, &event) == 0) return exits;
    int error = errno;
    if (*wake >= 0) close(*wake);
    close(exits);
    errno = error;
    return -1;
}

int chost_exits_add(int exits, int descriptor, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = token};
    return epoll_ctl(exits, EPOLL_CTL_ADD, descriptor, &event);
}

int chost_exits_remove(int exits, int descriptor) { return epoll_ctl(exits, EPOLL_CTL_DEL, descriptor, NULL); }

int chost_exits_wait(int exits, uint64_t *tokens, int capacity) {
    struct epoll_event events[64];
    if (capacity > 64) capacity = 64;
    int count;
    do count = epoll_wait(exits, events, capacity, -1);
    while (count < 0 && errno == EINTR);
    for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
    return count;
}

int chost_exits_wake(int wake) {
    uint64_t one = 1;
    return write(wake, &one, sizeof one) == sizeof one ? 0 : -1;
}

int chost_exchange(const char *one, const char *other) {
    const unsigned exchange = 1u << 1;  // RENAME_EXCHANGE
    return (int)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, exchange);
}

int64_t chost_birth_time(const char *path) {
    struct statx facts;
    if (statx(AT_FDCWD, path, 0, STATX_BTIME, &facts) != 0 || !(facts.stx_mask & STATX_BTIME)) return -1;
    return (int64_t)facts.stx_btime.tv_sec * 1000000000 + facts.stx_btime.tv_nsec;
}

int chost_is_in_memory(const char *path) {
    const long tmpfs = 0x01021994, ramfs = 0x858458f6;
    struct statfs facts;
    if (statfs(path, &facts) != 0) return -1;
    return facts.f_type == tmpfs || facts.f_type == ramfs;
}

int chost_mark_option(void) {
    static _Atomic int known = -1;
    int option = known;
    if (option >= 0) return option;
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return 0;
    int mark = CHOST_TRAFFIC_MARK;
    option = setsockopt(probe, SOL_SOCKET, SO_MARK, &mark, sizeof mark) == 0 ? SO_MARK : 0;
    close(probe);
    known = option;
    return option;
}

void chost_limit_arenas(int count) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, count);
#else
    (void)count;
#endif
}

#else

static int missing(void) {
    errno = ENOSYS;
    return -1;
}

int chost_spawn(const char *path, char *const arguments[], char *const environment[], const char *directory, const char *output,
                pid_t *pid) {
    return ENOSYS;
}
int chost_spawn_bound(const char *path, char *const arguments[], int output, pid_t *pid) { return ENOSYS; }
int chost_pidfd_open(pid_t pid) { return missing(); }
int chost_pidfd_signal(int pidfd, int signal) { return missing(); }
int chost_pidfd_signal_group(int pidfd, int signal) { return missing(); }
int chost_pidfd_reap(int pidfd, int *status) { return missing(); }
int chost_exits_open(int *wake) { return missing(); }
int chost_exits_add(int exits, int descriptor, uint64_t token) { return missing(); }
int chost_exits_remove(int exits, int descriptor) { return missing(); }
int chost_exits_wait(int exits, uint64_t *tokens, int capacity) { return missing(); }
int chost_exits_wake(int wake) { return missing(); }
int chost_exchange(const char *one, const char *other) { return missing(); }
int chost_is_in_memory(const char *path) { return missing(); }
int64_t chost_birth_time(const char *path) { return -1; }
int chost_mark_option(void) { return 0; }
void chost_limit_arenas(int count) {}

#endif
