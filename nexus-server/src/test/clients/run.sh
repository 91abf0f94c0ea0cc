#!/usr/bin/env bash
# Runs real programs against a gateway of this repository: a prompt, a turn with a tool, at the soft limit, where a free local
# model that speaks chat only must serve them, and over budget, where each must stop within 10 seconds and show the gateway's
# message: so much longer than for a prompt it may take. Prints a table; exits 1 if anything failed.
#
#   run.sh [PROGRAM...]     all of them without a name: claude codex gemini opencode opencode-openai opencode-anthropic qwen cline
#
# Programs come from npm on first use, into target/programs. From then on everything runs in a network
# namespace that has the loopback only, where the system allows one; without it, by variables that turn off
# what the programs would send elsewhere. NEXUS names another launcher than the repository's.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
programs=${PROGRAMS:-$root/nexus-server/target/programs}
nexus=${NEXUS:-$root/nexus}

declare -A packages=([claude]=@anthropic-ai/claude-code@2.1.332 [codex]=@openai/codex@0.171.0 [gemini]=@google/gemini-cli@0.61.0
  [opencode]=opencode-ai@1.18.33 [opencode-openai]=opencode-ai@1.18.33 [opencode-anthropic]=opencode-ai@1.18.33
  [qwen]=@qwen-code/qwen-code@0.24.4 [cline]=cline@3.0.65)
all=(claude codex gemini opencode opencode-openai opencode-anthropic qwen cline)

install() { # PROGRAM
  local package=${packages[$1]} folder=$programs/${1%%-*}
  if [ ! -e "$folder/.${package##*@}" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    (cd "$folder" && echo '{"private":true}' > package.json &&
      npm install --no-audit --no-fund "$package" > npm.log 2>&1) || { cat "$folder/npm.log"; exit 1; }
    touch "$folder/.${package##*@}"
  fi
}

wanted=("${@:-${all[@]}}")
if [ -z "${NEXUS_ISOLATED:-}" ]; then
  for program in "${wanted[@]}"; do
    [ -n "${packages[$program]:-}" ] || { echo "run.sh: $program: is none of: ${all[*]}" >&2; exit 2; }
    install "$program"
  done
  for launcher in "$nexus" "$root/nexus"; do # Builds both, the mock's too, while there is a network.
    "$launcher" version > /dev/null || exit 1
  done
  # With process numbers of its own, so that nothing outlives it: cline leaves a server behind.
  if unshare -rnpf --mount-proc true 2> /dev/null; then
    NEXUS_ISOLATED=namespace exec unshare -rnpf --kill-child --mount-proc bash -c 'ip link set lo up; exec "$@"' - "$0" "${wanted[@]}"
  fi
  export NEXUS_ISOLATED=environment
fi

work=$(mktemp -d)
declare -A took # seconds for a prompt
trap 'kill $(jobs -p) 2> /dev/null; wait 2> /dev/null; rm -rf "$work"' EXIT
failed=0

await() { # LOG PATTERN: the first match of the pattern, when it is there
  for _ in $(seq 1200); do
    grep -oPm1 "$2" "$1" 2> /dev/null && return
    sleep 0.1
  done
  echo "run.sh: $1: nothing came:" >&2
  cat "$1" >&2
  exit 1
}

# The tests' model, from its source: the mock of a provider is in the server's modules.
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$root/nexus-server/target/modules/*" "$root/nexus-server/src/test/java/io/nexus/server/ProgramModel.java" \
  > "$work/mock.log" 2>&1 &
mock=$(await "$work/mock.log" 'http://[0-9.:]+')

# A free model on this machine that speaks chat only, and stands in for the others.
local=$(cat << TOML
[[backends]]
name = "local"
type = "generic"
location = "local"
url = "$mock/local/v1"
models = ["local-model"]
[routing.fallbacks]
mock-claude = ["local-model"]
mock-gpt = ["local-model"]
mock-gemini = ["local-model"]
TOML
)

# NAME LIMIT SOFT [TOML]: starts a gateway with that budget in the folder of that name, and waits for it
gateway() {
  mkdir -p "$work/$1"
  cat > "$work/$1/nexus.toml" << TOML
[server]
port = 0
[budget]
monthly_limit = $2
hard_limit_action = "reject"
soft_limit_percent = $3
[[keys]]
name = "app"
key_env = "APP_KEY"
[[keys]]
name = "agent"
key_env = "AGENT_KEY"
over_budget_status = 402
[ledger]
url = "memory"
[[backends]]
name = "anthropic"
type = "anthropic"
url = "$mock"
models = ["mock-claude"]
[[backends]]
name = "openai"
type = "openai"
url = "$mock/v1"
models = ["mock-gpt"]
[[backends]]
name = "google"
type = "google"
url = "$mock"
models = ["mock-gemini"]
[[pricing]]
model = "mock-*"
input = 3
output = 15
context_window = 400000
max_output_tokens = 32000
${4:-}
[routing.aliases]
$(for model in gemini-2.5-pro gemini-2.5-flash gemini-2.5-flash-lite gemini-3.5-flash-lite gemini-3.8-flash; do echo "\"$model\" = \"mock-gemini\""; done)
TOML
  (cd "$work/$1" && APP_KEY=nx-app AGENT_KEY=nx-agent exec "$nexus" serve --config nexus.toml > log 2>&1) &
  url=$(await "$work/$1/log" 'listens on \Khttp://[0-9.:]+')
  home=$work/$1/home
  mkdir -p "$home/.codex" "$home/.gemini" "$home/.qwen"
  cat > "$home/.codex/config.toml" << TOML
model = "mock-gpt"
model_provider = "nexus"
[model_providers.nexus]
name = "Nexus"
base_url = "$url/v1"
env_key = "NEXUS_KEY"
wire_api = "responses"
TOML
  echo '{"security":{"auth":{"selectedType":"gemini-api-key"},"folderTrust":{"enabled":false}},"privacy":{"usageStatisticsEnabled":false},"telemetry":{"enabled":false},"general":{"disableAutoUpdate":true,"disableUpdateNag":true}}' > "$home/.gemini/settings.json"
  cat > "$home/opencode.json" << JSON
{"autoupdate": false, "share": "disabled", "enabled_providers": ["chat", "openai", "anthropic"], "provider": {
  "chat": {"npm": "@ai-sdk/openai-compatible", "options": {"baseURL": "$url/v1", "apiKey": "{env:NEXUS_KEY}"}, "models": {"mock-gpt": {}}},
  "openai": {"npm": "@ai-sdk/openai", "options": {"baseURL": "$url/v1", "apiKey": "{env:NEXUS_KEY}"}, "models": {"mock-gpt": {}}},
  "anthropic": {"npm": "@ai-sdk/anthropic", "options": {"baseURL": "$url/v1", "apiKey": "{env:NEXUS_KEY}"}, "models": {"mock-claude": {}}}}}
JSON
}

# Each program, headless, with nothing of the user's own: PROMPT. Those that repeat what is answered with 429 have a key
# that is told 402.
claude() {
  env -u CLAUDECODE HOME="$home" CLAUDE_CONFIG_DIR="$home/.claude" ANTHROPIC_BASE_URL="$url" ANTHROPIC_AUTH_TOKEN=nx-app \
    ANTHROPIC_MODEL=mock-claude ANTHROPIC_SMALL_FAST_MODEL=mock-claude CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
    DISABLE_AUTOUPDATER=1 DISABLE_TELEMETRY=1 DISABLE_ERROR_REPORTING=1 IS_SANDBOX=1 \
    timeout 120 "$programs/claude/node_modules/.bin/claude" --dangerously-skip-permissions -p "$1"
}
codex() {
  env HOME="$home" CODEX_HOME="$home/.codex" NEXUS_KEY=nx-app timeout 120 "$programs/codex/node_modules/.bin/codex" exec \
    --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox "$1"
}
gemini() {
  env HOME="$home" GEMINI_API_KEY=nx-app GOOGLE_GEMINI_BASE_URL="$url" NO_BROWSER=1 GEMINI_CLI_TRUST_WORKSPACE=true \
    timeout 120 node "$programs/gemini/node_modules/@google/gemini-cli/bundle/gemini.js" -m gemini-2.5-pro --approval-mode yolo -p "$1"
}
opencode_as() { # MODEL PROMPT
  env HOME="$home" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache" XDG_STATE_HOME="$home/state" \
    NEXUS_KEY=nx-agent OPENCODE_CONFIG="$home/opencode.json" OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_MODELS_FETCH=1 OPENCODE_DISABLE_LSP_DOWNLOAD=1 \
    timeout 120 "$programs/opencode/node_modules/.bin/opencode" run --print-logs -m "$1" "$2"
}
opencode() { opencode_as chat/mock-gpt "$1"; }
opencode-openai() { opencode_as openai/mock-gpt "$1"; }
opencode-anthropic() { opencode_as anthropic/mock-claude "$1"; }
qwen() {
  env HOME="$home" OPENAI_API_KEY=nx-agent OPENAI_BASE_URL="$url/v1" OPENAI_MODEL=mock-gpt QWEN_TELEMETRY_ENABLED=false \
    timeout 120 "$programs/qwen/node_modules/.bin/qwen" --auth-type openai --yolo -p "$1"
}
cline() {
  [ -e "$home/.cline" ] || env HOME="$home" "$programs/cline/node_modules/.bin/cline" auth -p openai-compatible -k nx-agent -m mock-gpt \
    -b "$url/v1" > /dev/null 2>&1
  env HOME="$home" timeout 120 "$programs/cline/node_modules/.bin/cline" --auto-approve true "$1"
}

# PROGRAM OPERATION SECONDS PATTERN PROMPT: the program must print the pattern in that time
check() {
  local begun ended outcome=ok
  begun=$(date +%s%N)
  (cd "$work/project" && "$1" "$5" > "$work/out" 2>&1 < /dev/null)
  ended=$((($(date +%s%N) - begun) / 1000000))
  grep -q "$4" "$work/out" || outcome="does not say: $4"
  [ "$2" = "a prompt" ] && took[$1]=$((ended / 1000))
  [ $ended -le $(($3 * 1000)) ] || outcome="took longer than $3 s; $outcome"
  printf '| %s | %s | %s | %d.%d s | %s |\n' "$1" "${packages[$1]##*@}" "$2" $((ended / 1000)) $((ended % 1000 / 100)) "$outcome"
  if [ "$outcome" != ok ]; then
    failed=1
    tail -c 3000 "$work/out"
  fi
}

mkdir -p "$work/project"
echo "| program | version | | time | |"
echo "| --- | --- | --- | --- | --- |"
gateway rich 100 100
for program in "${wanted[@]}"; do
  check "$program" "a prompt" 60 'Hello from upstream' 'Say hello'
  check "$program" "a turn with a tool" 60 'The tool said: .*nexus-tool-ran' 'Please use the tool'
done
spent=$(curl -s -H "Authorization: Bearer nx-app" "$url/v1/stats" | grep -oP '"current_spending_usd":\K[0-9.]+' | head -1)
billed=$(curl -s "$mock/bill")
[ "$spent" = "$billed" ] || { echo "charged $spent, billed $billed"; failed=1; }

gateway soft 100 0 "$local"
for program in "${wanted[@]}"; do
  [ "$program" = gemini ] && continue # Google's API is not translated.
  before=$(curl -s "$mock/local")
  check "$program" "at the soft limit" 60 'The tool said: .*nexus-tool-ran' 'Please use the tool'
  [ "$(curl -s "$mock/local")" -gt "$before" ] || { echo "$program was not served by the local model"; failed=1; }
done
[ "$(curl -s "$mock/bill")" = "$billed" ] || { echo "the local model was not the only one"; failed=1; }

gateway poor 0 100
for program in "${wanted[@]}"; do
  check "$program" "over budget" $((10 + ${took[$program]})) 'Budget limit exceeded\|[Qq]uota exceeded' 'Say hello'
done
echo "charged $spent USD, as billed; isolated by $NEXUS_ISOLATED"
exit $failed
