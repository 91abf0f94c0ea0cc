#!/usr/bin/env bash
# Probes wire formats with llmprobe, 125 checks: at a mock upstream, then at a gateway of this repository before it, which serves
# natively and, from backends that speak chat or Messages only, by translation. No MUST that the mock fulfils may be lost; exits 1 if one is.
#
# llmprobe comes from npm on first use, into target/programs. NEXUS names another launcher than the repository's.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
version=0.6.12
folder=${PROGRAMS:-$root/nexus-server/target/programs}/llmprobe
nexus=${NEXUS:-$root/nexus}

if [ ! -e "$folder/.$version" ]; then
  mkdir -p "$folder"
  (cd "$folder" && echo '{"private":true}' > package.json &&
    npm install --no-audit --no-fund "llmprobe@$version" > npm.log 2>&1) || { cat "$folder/npm.log"; exit 1; }
  touch "$folder/.$version"
fi
work=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null; wait 2> /dev/null; rm -rf "$work"' EXIT

await() { # LOG PATTERN
  for _ in $(seq 1200); do
    grep -oPm1 "$2" "$1" 2> /dev/null && return
    sleep 0.1
  done
  cat "$1" >&2
  exit 1
}

# The tests' model, from its source: the mock of a provider is in the server's modules.
"$root/nexus" version > /dev/null || exit 1
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$root/nexus-server/target/modules/*" "$root/nexus-server/src/test/java/io/nexus/server/ProgramModel.java" \
  > "$work/mock.log" 2>&1 &
mock=$(await "$work/mock.log" 'http://[0-9.:]+')

gateway() { # NAME TOML
  mkdir -p "$work/$1"
  cat > "$work/$1/nexus.toml" << TOML
[server]
port = 0
[budget]
monthly_limit = 1000
[ledger]
url = "memory"
[[pricing]]
model = "mock-*"
input = 3
output = 15
context_window = 400000
max_output_tokens = 32000
$2
TOML
  (cd "$work/$1" && exec "$nexus" serve --config nexus.toml > log 2>&1) &
  url=$(await "$work/$1/log" 'listens on \Khttp://[0-9.:]+')
}

backend() { # NAME TYPE APIS
  printf '[[backends]]\nname = "%s"\ntype = "%s"\nlocation = "cloud"\nurl = "%s"\nmodels = ["mock-gpt"]\napis = [%s]\n' "$1" "$2" "$4" "$3"
}

probe() { # NAME URL: its report
  HOME=$work "$folder/node_modules/.bin/llmprobe" "$2/v1" -m mock-gpt -k none --no-bench --no-save --no-color --timeout 60 \
    --save "$work/$1.json" > "$work/$1.out" 2>&1
  [ -s "$work/$1.json" ] || { cat "$work/$1.out"; exit 1; }
}

# What the report of one must have of that of another.
compare() { # BASELINE REPORT NAME [SURFACE...]: surfaces that are left out
  node "$here/llmprobe.mjs" "$@"
}

probe mock "$mock"
gateway native "$(backend a anthropic '"messages"' "$mock")
$(backend o openai '"chat", "completions", "embeddings", "responses"' "$mock/v1")"
probe native "$url"
gateway chat "$(backend o generic '"chat"' "$mock/v1")"
probe chat "$url"
gateway messages "$(backend a anthropic '"messages"' "$mock")"
probe messages "$url"
failed=0
compare "$work/mock.json" "$work/native.json" native || failed=1
compare "$work/mock.json" "$work/chat.json" "on chat" embeddings completions || failed=1
compare "$work/mock.json" "$work/messages.json" "on Messages" embeddings completions || failed=1
exit $failed
