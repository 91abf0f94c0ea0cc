#!/bin/sh
# Puts a Java into a distribution, so that it needs none: nexus-VERSION.tar.gz becomes nexus-VERSION-OS-ARCH.tar.gz
# beside it, for the operating system and the processor that this runs on.
#
#   usage: deploy/package-runtime.sh nexus-server/target/nexus-VERSION.tar.gz
#   JAVA_HOME   the JDK 25 or newer whose Java is put in
#
# The modules of Nexus stay on the module path: some libraries are no modules, and jlink takes only modules.

set -eu

# All of Java SE, since extensions may use any of it; what the libraries need beside it; jcmd and flight recordings to look
# into a gateway that runs.
readonly MODULES=java.se,jdk.crypto.cryptoki,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

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
"$JAVA_HOME/bin/jlink" --add-modules "$MODULES" --no-header-files --no-man-pages --output "$work/$name/runtime"
# Java's own start archive, for the headers that the launcher asks for; jlink makes only the one for others.
"$work/$name/runtime/bin/java" -XX:+UseCompactObjectHeaders -Xshare:dump >"$work/dump.log" 2>&1 ||
  die "Java's archive was not made: $(tail -n 3 "$work/dump.log")"
tar -czf "$work/packed" -C "$work" "$name"
mv -f "$work/packed" "$folder/$name-$system-$processor.tar.gz"
printf '%s\n' "$folder/$name-$system-$processor.tar.gz"
