#!/bin/sh
# The long form of LatencyTest: what calls to PostgreSQL cost for 10, 300 and 3,000 budgets behind lines of 0, 5 and
# 50 ms, median and 99th of a hundred of so many rounds (default 100), as the table of docs/ledger.md.
#
#   latency.sh [ROUNDS]

set -eu
rounds=${1:-100}
case $rounds in
  '' | *[!0-9]* | 0*)
    printf 'latency.sh: %s is no number of rounds: give one from 4 on\n' "$rounds" >&2
    exit 2
    ;;
esac
cd "$(dirname "$0")/../.."
exec ./nexus test -pl extensions/nexus-ledger-jdbc -am -Dtest=LatencyTest -Dsurefire.failIfNoSpecifiedTests=false \
  "-Dnexus.test.args=-Dnexus.rounds=$rounds"
