#!/usr/bin/env bash
# From nothing to a replication group in use: builds, starts the service, creates a group through its API, writes on the
# primary, reads on a replica, and serves until Ctrl-C, which leaves nothing behind.
#
#   ELASTANE_PORT     the service's port (8379)
#   ELASTANE_BINARY   a binary to run instead of building one
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
. scripts/system-packages.sh

port="${ELASTANE_PORT:-8379}"
binary="${ELASTANE_BINARY:-$root/.build/release/elastane}"
endpoint="http://127.0.0.1:$port"
group=my-first-group
server=
scratch=

# --- Before anything is started

answers() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

if answers 127.0.0.1 "$port"; then
    echo "Port $port of 127.0.0.1 is taken, maybe by another Elastane. Choose another one: ELASTANE_PORT=$((port + 1)) make run" >&2
    exit 1
fi
need_engine
need_curl
[ -n "${ELASTANE_BINARY:-}" ] || scripts/build-release.sh

# --- The end, however it comes

ended() {
    [ -n "$server" ] && kill -0 "$server" 2>/dev/null && return 1
    return 0
}

finish() {
    local status=$? tries
    trap '' INT TERM
    if ! ended; then
        echo
        echo "==> Stopping the service and its engines"
        kill -TERM "$server" 2>/dev/null || true
        for ((tries = 0; tries < 300; tries++)); do
            ended && break
            sleep 0.1
        done
        ended || kill -KILL "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    [ -z "$scratch" ] || rm -rf "$scratch"
    exit "$status"
}
trap finish EXIT
trap 'exit 0' INT TERM

fail() {
    echo "$1" >&2
    if [ -s "$scratch/serve.log" ]; then
        echo "The service's last words:" >&2
        tail -n 20 "$scratch/serve.log" >&2
    fi
    exit 1
}

# --- The service

scratch="$(mktemp -d "${TMPDIR:-/tmp}/elastane.XXXXXX")"
set -m  # A process group of its own, so that Ctrl-C comes to this script alone, which then ends the service in good order.
"$binary" serve --ephemeral --host 127.0.0.1 --port "$port" --data-dir "$scratch/data" >"$scratch/ready" 2>"$scratch/serve.log" </dev/null &
server=$!
set +m
for ((tries = 0; tries < 600; tries++)); do
    grep -q '^elastane is ready at' "$scratch/ready" && break
    ended && fail "The service ended before it was ready."
    sleep 0.05
done
grep -q '^elastane is ready at' "$scratch/ready" || fail "The service was not ready within 30 s."
echo "==> Elastane answers the ElastiCache API at $endpoint"

# --- A group, through the API

# api ACTION NAME=VALUE...: the answer, on one line.
api() {
    local action="$1" answer parameters=()
    shift
    for parameter in "$@"; do parameters+=(--data-urlencode "$parameter"); done
    answer="$(curl -sS --max-time 60 -w '\n%{http_code}' "$endpoint/" -d "Action=$action" -d Version=2015-02-02 "${parameters[@]}")" ||
        fail "$action was not answered."
    if [ "${answer##*$'\n'}" != 200 ]; then fail "$action was refused: $answer"; fi
    printf '%s' "${answer%$'\n'*}" | tr -d '\n'
}

# inside ELEMENT XML: what stands in the first element of this name.
inside() {
    case "$2" in *"<$1>"*) ;; *) return 0 ;; esac
    local text="${2#*"<$1>"}"
    printf '%s' "${text%%"</$1>"*}"
}
socket_of() { printf '%s:%s' "$(inside Address "$1")" "$(inside Port "$1")"; }
now() {
    local time="${EPOCHREALTIME:-$SECONDS}"
    printf '%s' "${time/,/.}"
}

echo "==> Creating the replication group $group: a primary and two replicas"
begun="$(now)"
api CreateReplicationGroup "ReplicationGroupId=$group" "ReplicationGroupDescription=A first session" \
    CacheNodeType=cache.t3.micro Engine=redis EngineVersion=7.0 NumCacheClusters=3 AutomaticFailoverEnabled=true >/dev/null
status=creating
for ((tries = 0; tries < 60; tries++)); do
    # A description is held back until the state changes, so this seldom asks twice.
    description="$(api DescribeReplicationGroups "ReplicationGroupId=$group")"
    status="$(grep -o '<Status>[^<]*' <<<"$description" | sed 's/<Status>//' | sort -u)"
    case "$status" in
    available) break ;;
    *create-failed*) fail "The group could not be built: $(api DescribeEvents | grep -o '<Message>[^<]*' | head -n 3)" ;;
    esac
    sleep 0.1
done
[ "$status" = available ] || fail "The group is not available: $status"
took="$(awk -v a="$begun" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }')"

primary="$(inside PrimaryEndpoint "$description")"
primary_address="$(inside Address "$primary")"
primary_port="$(inside Port "$primary")"
echo "==> $group is available, after $took s"
printf '    %-18s %s\n' "primary endpoint" "$(socket_of "$primary")"
printf '    %-18s %s\n' "reader endpoint" "$(socket_of "$(inside ReaderEndpoint "$description")")"
replica_address=
replica_port=
while IFS= read -r member; do
    own="$(inside ReadEndpoint "$member")"
    [ -n "$own" ] || continue
    role="$(inside CurrentRole "$member")"
    printf '    %-18s %s  %s in %s\n' \
        "$(inside CacheClusterId "$member")" "$(socket_of "$own")" "$role" "$(inside PreferredAvailabilityZone "$member")"
    if [ "$role" = replica ] && [ -z "$replica_address" ]; then
        replica_address="$(inside Address "$own")"
        replica_port="$(inside Port "$own")"
    fi
done <<<"${description//<\/NodeGroupMember>/$'\n'}"

# --- Using it

# redis ADDRESS PORT COMMAND...: the reply to one command, with redis-cli or, where there is none, by hand.
redis() {
    local address="$1" port="$2" reply
    shift 2
    if command -v redis-cli >/dev/null; then
        redis-cli -h "$address" -p "$port" "$@"
        return
    fi
    exec 4<>"/dev/tcp/$address/$port"
    printf '%s' "$1" >&4
    shift
    for word in "$@"; do printf ' "%s"' "$word" >&4; done
    printf '\r\n' >&4
    IFS= read -r -t 5 reply <&4
    case "$reply" in '$-1'*) reply= ;; '$'*) IFS= read -r -t 5 reply <&4 ;; esac
    exec 4>&-
    printf '%s\n' "${reply%$'\r'}" | sed 's/^+//'
}

greeting="Hello from the primary"
echo "==> On the primary:  SET greeting \"$greeting\"  ->  $(redis "$primary_address" "$primary_port" SET greeting "$greeting")"
[ -n "$replica_address" ] || fail "There is no replica in the description."
read_back=
for ((tries = 0; tries < 100; tries++)); do
    read_back="$(redis "$replica_address" "$replica_port" GET greeting)"
    [ "$read_back" = "$greeting" ] && break
    sleep 0.02
done
[ "$read_back" = "$greeting" ] || fail "The replica did not get what was written."
echo "==> On a replica:    GET greeting  ->  \"$read_back\""

cat <<END

Go on with (any credentials will do):

  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --endpoint-url $endpoint --region us-east-1 elasticache describe-replication-groups
  python3 -c 'import boto3; print(boto3.client("elasticache", endpoint_url="$endpoint", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test").describe_replication_groups()["ReplicationGroups"])'
  redis-cli -h $primary_address -p $primary_port

Serving until Ctrl-C, which stops the engines and removes their data.
END

# A signal interrupts this wait and runs its trap.
wait "$server" || fail "The service ended by itself."
server=
