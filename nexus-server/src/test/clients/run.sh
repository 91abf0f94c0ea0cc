#!/usr/bin/env bash
# Runs real programs against a gateway of this repository: a prompt, a turn with a tool, and over budget, where
# each must stop within 10 seconds and show the gateway's message. Prints a table; exits 1 if anything failed.
#
#   run.sh [PROGRAM...]     all of them without a name: claude
#
# Programs come from npm on first use, into target/programs. From then on everything runs in a network
# namespace that has the loopback only, where the system allows one; without it, by variables that turn off
# what the programs would send elsewhere. NEXUS names another launcher than the repository's.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
programs=$root/nexus-server/target/programs
nexus=${NEXUS:-$root/nexus}

declare -A packages=([claude]=@anthropic-ai/claude-code@2.1.332)
declare -A binaries=([claude]=claude)

install() {
  local folder=$programs/$1
  if [ ! -e "$folder/.${packages[$1]##*@}" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    (cd "$folder" && echo '{"private":true}' > package.json &&
      npm install --no-audit --no-fund "${packages[$1]}" > npm.log 2>&1) || { cat "$folder/npm.log"; exit 1; }
    touch "$folder/.${packages[$1]##*@}"
  fi
}

wanted=("${@:-claude}")
if [ -z "${NEXUS_ISOLATED:-}" ]; then
  for program in "${wanted[@]}"; do
    [ -n "${packages[$program]:-}" ] || { echo "run.sh: $program: is none of: ${!packages[*]}" >&2; exit 2; }
    install "$program"
  done
  "$nexus" version > /dev/null || exit 1 # Builds it while there is a network.
  if unshare -rn true 2> /dev/null; then
    NEXUS_ISOLATED=namespace exec unshare -rn bash -c 'ip link set lo up; exec "$@"' - "$0" "${wanted[@]}"
  fi
  export NEXUS_ISOLATED=environment
fi

work=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null; wait 2> /dev/null; rm -rf "$work"' EXIT
failed=0

await() { # LOG PATTERN: the first match of the pattern, when it is there
  for _ in $(seq 600); do
    grep -oPm1 "$2" "$1" 2> /dev/null && return
    sleep 0.1
  done
  echo "run.sh: $1: nothing came:" >&2
  cat "$1" >&2
  exit 1
}

node "$here/mock.mjs" > "$work/mock.log" 2>&1 &
mock=$(await "$work/mock.log" 'http://[0-9.:]+')

# LIMIT: starts a gateway with that budget in the folder of that name, and waits for it
gateway() {
  mkdir -p "$work/$1"
  cat > "$work/$1/nexus.toml" << TOML
[server]
port = 0
[budget]
monthly_limit = $1
hard_limit_action = "reject"
soft_limit_percent = 100
[ledger]
url = "memory"
[[backends]]
name = "anthropic"
type = "anthropic"
url = "$mock"
models = ["mock-model"]
[[pricing]]
model = "mock-model"
input = 3
output = 15
TOML
  (cd "$work/$1" && exec "$nexus" serve --config nexus.toml > log 2>&1) &
  url=$(await "$work/$1/log" 'listens on \Khttp://[0-9.:]+')
}

# PROGRAM OPERATION SECONDS PATTERN COMMAND...: the program must print the pattern in that time
check() {
  local program=$1 operation=$2 most=$3 pattern=$4 begun ended outcome=ok
  shift 4
  begun=$(date +%s%N)
  (cd "$work/project" && timeout 120 "$@" > "$work/out" 2>&1 < /dev/null)
  ended=$((($(date +%s%N) - begun) / 1000000))
  grep -q "$pattern" "$work/out" || outcome="does not say: $pattern"
  [ $ended -le $((most * 1000)) ] || outcome="took longer than $most s; $outcome"
  printf '| %s | %s | %s | %d.%d s | %s |\n' "$program" "${packages[$program]##*@}" "$operation" \
    $((ended / 1000)) $((ended % 1000 / 100)) "$outcome"
  if [ "$outcome" != ok ]; then
    failed=1
    head -c 2000 "$work/out"
  fi
}

claude() { # PROMPT: headless, with nothing of the user's own
  echo env -u CLAUDECODE HOME="$work/home" CLAUDE_CONFIG_DIR="$work/home/.claude" ANTHROPIC_BASE_URL="$url" \
    ANTHROPIC_AUTH_TOKEN=none ANTHROPIC_MODEL=mock-model ANTHROPIC_SMALL_FAST_MODEL=mock-model \
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1 DISABLE_TELEMETRY=1 DISABLE_ERROR_REPORTING=1 \
    IS_SANDBOX=1 "$programs/claude/node_modules/.bin/claude" --dangerously-skip-permissions -p
}

run() { # PROGRAM OPERATION SECONDS PATTERN PROMPT
  local command
  read -ra command <<< "$("$1")"
  check "$1" "$2" "$3" "$4" "${command[@]}" "$5"
}

mkdir -p "$work/home" "$work/project"
echo "| program | version | | time | |"
echo "| --- | --- | --- | --- | --- |"
gateway 100
for program in "${wanted[@]}"; do
  run "$program" "a prompt" 60 'Hello from upstream' 'Say hello'
  run "$program" "a turn with a tool" 60 'The tool said: nexus-tool-ran' 'Please use the tool'
done
spent=$(curl -s "$url/v1/stats" | grep -oP '"current_spending_usd":\K[0-9.]+' | head -1)
billed=$(curl -s "$mock/bill")
[ "$spent" = "$billed" ] || { echo "charged $spent, billed $billed"; failed=1; }
gateway 0
for program in "${wanted[@]}"; do
  run "$program" "over budget" 10 'Budget limit exceeded' 'Say hello'
done
echo "charged $spent USD, as billed; isolated by $NEXUS_ISOLATED"
exit $failed
