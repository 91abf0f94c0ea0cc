#!/bin/sh
# Starts an unpacked distribution with its cache, without, and with one that does not fit, and asks it each time.
#
#   usage: deploy/check-distribution.sh FOLDER     the folder with `nexus` in it; curl is needed
#
# It exits with 0 if every start served and said nothing but what it should; the times are printed.

set -eu

die() {
  printf 'check-distribution: %s\n' "$1" >&2
  exit 1
}

folder=${1:-}
[ -x "$folder/nexus" ] || die "${folder:-no folder}: give the folder of an unpacked distribution"
command -v curl >/dev/null || die "curl: is not installed"
nexus=$(cd "$folder" && pwd -P)/nexus
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || :; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"

cat >nexus.toml <<END
[server]
host = "127.0.0.1"
port = ${CHECK_PORT:-18473}

[[backends]]
name = "none"
url = "http://127.0.0.1:9/v1"
type = "generic"
models = ["nothing"]

[ledger]
url = "memory"
END

millis() { echo $(($(date +%s%N) / 1000000)); }

# Starts it, waits until it is ready, looks at its pages, and stops it.
start() {
  from=$(millis)
  "$nexus" serve --config nexus.toml >out.log 2>err.log &
  server=$!
  tries=0
  until curl -sf -o page "http://127.0.0.1:${CHECK_PORT:-18473}/health/live"; do
    kill -0 "$server" 2>/dev/null || die "$1: it ended: $(cat err.log)"
    tries=$((tries + 1))
    [ "$tries" -lt 6000 ] || die "$1: not ready in a minute: $(cat err.log)"
    sleep 0.01
  done
  took=$(($(millis) - from))
  curl -sf -o page "http://127.0.0.1:${CHECK_PORT:-18473}/metrics" || die "$1: no metrics"
  grep -q '^nexus_backend_up' page || die "$1: the metrics lack the backend"
  resident=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$server/status" 2>/dev/null) || resident=
  kill "$server"
  wait "$server" || [ $? -eq 143 ] || die "$1: it did not stop in order: $(cat err.log)"
  server=
  ! grep -qE '\[(warning|error)' out.log err.log || die "$1: the JVM complained: $(cat out.log err.log)"
  printf '%-28s %6s ms to the first answer, %s MB resident\n' "$1" "$took" "$((${resident:-0} / 1024))"
}

# Whole requests against simulated backends, then every page; it exits with 0 if all were answered as they should be.
rehearse() {
  "$nexus" rehearse >rehearsal.log 2>&1 || die "$1: requests failed: $(tail -n 5 rehearsal.log)"
}

"$nexus" version
if [ -f "$folder/lib/nexus.aot" ]; then
  start "with the cache it came with"
  ! grep -q preparing err.log || die "the cache that it came with does not fit: $(cat err.log)"
fi
export NEXUS_AOT_CACHE=off
start "without a cache"
rehearse "without a cache"
export NEXUS_AOT_CACHE="$work/nexus.aot"
"$nexus" cache || die "the cache was not made"
start "with the cache"
rehearse "with the cache"
NEXUS_JAVA_OPTS=-XX:-UseCompactObjectHeaders start "with other flags"
cp nexus.aot.key other.aot.key
head -c 100000 nexus.aot >other.aot
NEXUS_AOT_CACHE="$work/other.aot" start "with a damaged cache"
echo fine
