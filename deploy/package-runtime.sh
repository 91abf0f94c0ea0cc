#!/bin/sh
# Puts a Java into a distribution, so that it needs none: nexus-VERSION.tar.gz becomes nexus-VERSION-OS-ARCH.tar.gz
# beside it, for the operating system and the processor that this runs on.
#
#   usage: deploy/package-runtime.sh nexus-server/target/nexus-VERSION.tar.gz
#   JAVA_HOME   the JDK 25 or newer whose Java is put in
#
# The modules are linked into that Java, and the cache for faster starts is made for it. They stay in modules/, too: to
# compile extensions against, and for another Java, which NEXUS_JAVA_HOME can name.

set -eu
# Whoever packs it, all users may read it.
umask 022

die() {
  printf 'package-runtime: %s\n' "$1" >&2
  exit 1
}

archive=${1:-}
[ -f "$archive" ] || die "${archive:-no archive}: give the archive that 'mvn package' makes: nexus-server/target/nexus-VERSION.tar.gz"
[ -x "${JAVA_HOME:-}/bin/jlink" ] || die "JAVA_HOME: ${JAVA_HOME:-not set}: name a JDK with jlink"

name=$(basename "$archive" .tar.gz)
folder=$(cd "$(dirname "$archive")" && pwd -P)
system=$(uname -s | tr '[:upper:]' '[:lower:]')
case $(uname -m) in
  x86_64 | amd64) processor=x64 ;;
  aarch64 | arm64) processor=aarch64 ;;
  *) processor=$(uname -m) ;;
esac
work=$(mktemp -d "$folder/package.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

tar -xzf "$archive" -C "$work"
"$JAVA_HOME/bin/java" "$(dirname "$0")/LinkRuntime.java" "$work/$name/modules" "$work/$name/runtime" || die "no Java was linked"
env -u NEXUS_JAVA_HOME -u NEXUS_JAVA_OPTS -u NEXUS_AOT_CACHE "$work/$name/nexus" cache 2>"$work/cache.log" ||
  die "the cache was not made: $(cat "$work/cache.log")"
tar -czf "$work/packed" -C "$work" "$name"
mv -f "$work/packed" "$folder/$name-$system-$processor.tar.gz"
printf '%s\n' "$folder/$name-$system-$processor.tar.gz"
