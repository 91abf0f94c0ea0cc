#!/bin/sh
# The long form of CrashTest: kills gateways on SQLite, and three gateways and the database on PostgreSQL, so many
# times under load (default 100), and compares the books with what the upstream bills. Takes some minutes.
#
#   crash.sh [KILLS]

set -eu
kills=${1:-100}
case $kills in
  '' | *[!0-9]* | 0*)
    printf 'crash.sh: %s is no number of kills: give one from 1 on\n' "$kills" >&2
    exit 2
    ;;
esac
cd "$(dirname "$0")/../.."
exec ./nexus test -pl extensions/nexus-ledger-jdbc -am -Dtest=CrashTest -Dsurefire.failIfNoSpecifiedTests=false \
  "-Dnexus.test.args=-Dnexus.kills=$kills"
