# Sourced by the other scripts: a step that takes long shows that it is alive.

# with_progress TITLE LOG COMMAND...: one line that is rewritten every second (a dot each ten seconds where the
# output is no terminal); the end of LOG when the command fails.
with_progress() {
    local title="$1" log="$2" start="$SECONDS" status=0 pid ticks=0
    shift 2
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    # Background commands of a script don't hear Ctrl-C.
    trap 'kill -TERM "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; exit 130' INT TERM
    [ -t 1 ] || printf '==> %s ' "$title"
    while kill -0 "$pid" 2>/dev/null; do
        if [ -t 1 ]; then
            printf '\r\033[K==> %s, %d s  %.80s' "$title" "$((SECONDS - start))" "$(tail -n 1 "$log" 2>/dev/null | tr -d '\r')"
            sleep 0.5
        else
            sleep 0.5
            ticks=$((ticks + 1))
            [ $((ticks % 20)) -ne 0 ] || printf .
        fi
    done
    wait "$pid" || status=$?
    trap - INT TERM
    if [ -t 1 ]; then printf '\r\033[K==> %s: ' "$title"; else printf ' '; fi
    if [ "$status" -eq 0 ]; then
        echo "done in $((SECONDS - start)) s"
    else
        echo "failed after $((SECONDS - start)) s. The end of $log:"
        tail -n 40 "$log"
    fi
    return "$status"
}
