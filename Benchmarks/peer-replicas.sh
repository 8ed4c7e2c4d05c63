#!/usr/bin/env bash
# What a user does without Elastane: a primary and two replicas of the same engine at its defaults, until the first
# acknowledged write ("written" is printed) and then until both replicas are linked ("linked").
#   peer-replicas.sh ENGINE DIRECTORY BASE_PORT
set -euo pipefail
engine="$1" directory="$2" base="$3"
for n in 0 1 2; do
    mkdir -p "$directory/$n"
    "$engine" --port $((base + n)) --bind 127.0.0.1 --dir "$directory/$n" --daemonize yes --pidfile "$directory/$n/pid" \
        --logfile "$directory/$n/log" --save '' >/dev/null
done
until_ok() { # until_ok TRIES COMMAND...
    local tries="$1"
    shift
    for ((; tries > 0; tries--)); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.02
    done
    echo "gave up on: $*" >&2
    return 1
}
answers() { [ "$(redis-cli -h 127.0.0.1 -p "$1" PING)" = PONG ]; }
linked() { redis-cli -h 127.0.0.1 -p "$1" INFO replication | grep -q '^master_link_status:up'; }
for n in 0 1 2; do until_ok 500 answers $((base + n)); done
for n in 1 2; do redis-cli -h 127.0.0.1 -p $((base + n)) REPLICAOF 127.0.0.1 "$base" >/dev/null; done
[ "$(redis-cli -h 127.0.0.1 -p "$base" SET greeting hello)" = OK ]
echo written
for n in 1 2; do until_ok 1500 linked $((base + n)); done
echo linked
