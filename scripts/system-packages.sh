# Sourced by the other scripts: installs what the machine lacks, saying what and why.

# Runs a command as root: itself, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "This needs root, and there is no sudo. Please run as root: $*" >&2
        return 1
    fi
}

# install_packages WHY APT DNF APK BREW: the package's name for each manager ("-" where it has none).
install_packages() {
    local why="$1" apt="$2" dnf="$3" apk="$4" brew="$5"
    echo "==> Installing $why"
    if command -v apt-get >/dev/null && [ "$apt" != - ]; then
        apt_install "$apt"
    elif command -v dnf >/dev/null && [ "$dnf" != - ]; then
        as_root dnf install -y -q $dnf </dev/null
    elif command -v apk >/dev/null && [ "$apk" != - ]; then
        as_root apk add -q $apk </dev/null
    elif command -v brew >/dev/null && [ "$brew" != - ]; then
        brew install -q $brew </dev/null
    else
        echo "No package manager that is known here (apt-get, dnf, apk, brew) has it. Please install $why yourself." >&2
        return 1
    fi
}

# SYSTEMD_OFFLINE and RUNLEVEL keep a package from starting its service now: Elastane starts its engines itself.
apt_install() {
    local quiet=(env DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 RUNLEVEL=1 apt-get -qq -o Dpkg::Use-Pty=0)
    # The lists of a fresh machine are missing or old, so a second attempt comes after an update.
    as_root "${quiet[@]}" install -y --no-install-recommends $1 </dev/null >/dev/null 2>&1 || {
        echo "    (updating the package lists first)"
        as_root "${quiet[@]}" update </dev/null
        as_root "${quiet[@]}" install -y --no-install-recommends $1 </dev/null >/dev/null
    }
}

need_swift() {
    command -v swift >/dev/null && return
    echo "Swift 6.2 or later is needed to build Elastane and isn't installed: https://www.swift.org/install" >&2
    return 1
}

need_sqlite_headers() {
    local compiler
    compiler="$(command -v cc || command -v clang || command -v gcc || true)"
    if [ -n "$compiler" ]; then
        echo '#include <sqlite3.h>' | "$compiler" -E -x c - >/dev/null 2>&1 && return
    else
        [ -e /usr/include/sqlite3.h ] && return
    fi
    install_packages "the SQLite headers, which the store is compiled with" libsqlite3-dev sqlite-devel sqlite-dev sqlite
}

need_engine() {
    command -v redis-server >/dev/null || command -v valkey-server >/dev/null && return
    install_packages "an engine (redis-server): the nodes of a replication group are its processes" \
        "redis-server redis-tools" valkey valkey valkey
    echo "    A redis service that the package may start at boot is of no use to Elastane and does no harm."
}

# For the tests of cache clusters of Memcached: a system without a package of it skips them. Its own service is not wanted, now or later.
want_memcached() {
    command -v memcached >/dev/null && return
    install_packages "memcached: the nodes of cache clusters of that engine are its processes" memcached memcached memcached memcached || {
        echo "    SKIPPED memcached: the tests that need it are skipped as loudly" >&2
        return 0
    }
    if command -v systemctl >/dev/null; then as_root systemctl disable memcached >/dev/null 2>&1 || true; fi
}

need_curl() {
    command -v curl >/dev/null && return
    install_packages "curl, which calls the API" curl curl curl curl
}

# A Python that can make virtual environments, for the real clients that the contract tests drive.
need_python() {
    python3 -c 'import venv, ensurepip' >/dev/null 2>&1 && return
    install_packages "Python with virtual environments, for the clients of the contract tests" \
        "python3 python3-venv" python3 "python3 py3-pip" python
}

need_wrk() {
    command -v wrk >/dev/null && return
    install_packages "wrk, which loads the API for the benchmark" wrk wrk wrk wrk
}

# What the forwarder is measured beside. Its own service is not wanted, now or later.
want_haproxy() {
    command -v haproxy >/dev/null && return
    install_packages "haproxy, beside which the forwarder is measured" haproxy haproxy haproxy haproxy || {
        echo "!!! The peer HAProxy could not be installed: its figures will be MISSING from this run." >&2
        return 0
    }
    if command -v systemctl >/dev/null; then as_root systemctl disable haproxy >/dev/null 2>&1 || true; fi
}

# What security groups are enforced with, and what makes a network to test that in. Without them those tests are skipped, and say so.
want_packet_filter() {
    PATH="$PATH:/usr/sbin:/sbin" command -v nft >/dev/null && PATH="$PATH:/usr/sbin:/sbin" command -v ip >/dev/null && return
    [ "$(uname)" = Linux ] || return 0
    install_packages "nftables, with which security groups are enforced" "nftables iproute2" "nftables iproute" "nftables iproute2" - ||
        echo "    Without it the tests of security groups are skipped." >&2
    return 0
}
