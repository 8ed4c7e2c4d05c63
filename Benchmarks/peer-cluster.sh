#!/usr/bin/env bash
# What a user does without Elastane: six nodes of the same engine and `redis-cli --cluster create`, until the first
# acknowledged write ("written" is printed) and then until every replica is linked ("linked"). Three shards of two nodes,
# since redis-cli makes no cluster of fewer than three shards.
#   peer-cluster.sh ENGINE DIRECTORY BASE_PORT
set -euo pipefail
engine="$1" directory="$2" base="$3"
nodes=()
for n in 0 1 2 3 4 5; do
    mkdir -p "$directory/$n"
    "$engine" --port $((base + n)) --bind 127.0.0.1 --dir "$directory/$n" --daemonize yes --pidfile "$directory/$n/pid" \
        --logfile "$directory/$n/log" --save '' --cluster-enabled yes >/dev/null
    nodes+=("127.0.0.1:$((base + n))")
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
writes() { [ "$(redis-cli -c -h 127.0.0.1 -p "$base" SET greeting hello | tail -n 1)" = OK ]; }
linked() { [ "$(for n in 0 1 2 3 4 5; do redis-cli -h 127.0.0.1 -p $((base + n)) INFO replication; done | grep -c '^master_link_status:up')" = 3 ]; }
for n in 0 1 2 3 4 5; do until_ok 500 answers $((base + n)); done
redis-cli --cluster create "${nodes[@]}" --cluster-replicas 1 --cluster-yes >"$directory/create.log"
until_ok 500 writes
echo written
until_ok 1500 linked
echo linked
