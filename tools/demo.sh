#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Shows what Holdfast does, on the demonstration nation, in a store under build/demo: what falls if the worst
# site is lost, the national report, and then the program itself in the browser.
#
# Without a terminal, or with CI set, it does not wait: it starts the server, asks for its health and ends.
# HOLDFAST_DEMO_SIZE (default 10k) and HOLDFAST_DEMO_PORT (default: one that is free, from 2341 on) change it.
set -eu
cd "$(dirname "$0")/.."
holdfast=build/release/src/cli/holdfast
dir=build/demo
size=${HOLDFAST_DEMO_SIZE:-10k}
wait_for_people=1
if [ -n "${CI:-}" ] || [ ! -t 0 ] || [ ! -t 1 ]; then
    wait_for_people=
fi

step() {
    printf '\n== %s\n' "$*"
}

mkdir -p $dir
rm -f $dir/nation.db $dir/nation.db-wal $dir/nation.db-shm
export HOLDFAST_DB="$dir/nation.db"

step "The demonstration nation, $size assets (holdfast demo --size $size)"
$holdfast demo --size "$size"

step "Which sites hurt most if lost alone? (holdfast rank --top 10)"
$holdfast rank --top 10

worst=$($holdfast rank --top 1 --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["ranking"][0]["key"])')
step "What falls if $worst is lost? (holdfast cascade --fail $worst)"
# The table can be long; its head and its end tell the story. The whole of it lies beside the store.
$holdfast cascade --fail "$worst" >$dir/cascade.txt
python3 - $dir/cascade.txt <<'END'
import sys
lines = open(sys.argv[1], encoding="utf-8").read().rstrip("\n").split("\n")
shown = lines if len(lines) <= 30 else lines[:20] + [f"… {len(lines) - 26} lines more in {sys.argv[1]} …"] + lines[-6:]
print("\n".join(shown))
END

step "The national report (holdfast report national -o $dir/national.html)"
$holdfast report national -o $dir/national.html
echo "$dir/national.html, $(wc -c <$dir/national.html) bytes"

free_port() {
    python3 - "${HOLDFAST_DEMO_PORT:-2341}" <<'END'
import socket, sys
first = int(sys.argv[1])
for port in range(first, first + 50):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(port)
        break
END
}

port=$(free_port)
step "The program in the browser (holdfast serve --listen 127.0.0.1:$port)"
if [ -n "$wait_for_people" ]; then
    echo "Open the link below. Ctrl+C ends the server; your data stay in $HOLDFAST_DB."
    exec $holdfast serve --listen "127.0.0.1:$port"
fi

$holdfast serve --listen "127.0.0.1:$port" >$dir/serve.log 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
python3 - "$port" <<'END' || {
import sys, time, urllib.request
limit = time.monotonic() + 30
while True:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/healthz", timeout=5) as answer:
            sys.exit(0 if answer.status == 200 else 1)
    except OSError as error:
        if time.monotonic() > limit:
            sys.exit(f"demo: the server does not answer: {error}")
        time.sleep(0.05)
END
    cat $dir/serve.log >&2
    exit 1
}
cat $dir/serve.log
kill $server
wait $server || {
    echo "demo: the server did not end cleanly" >&2
    exit 1
}
trap - EXIT
echo "The server answered at 127.0.0.1:$port and was stopped again (no terminal, or CI is set)."
