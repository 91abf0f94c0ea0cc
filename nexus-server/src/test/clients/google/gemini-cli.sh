#!/bin/bash
# Gemini CLI, headless, through a launched gateway to a scripted backend: a prompt, a tool turn, and over budget.
# Usage: gemini-cli.sh NEXUS [FOLDER]: the launcher of the gateway, and where the program is installed and run.
set -u
version=${GEMINI_CLI_VERSION:-0.61.0}
here=$(cd "$(dirname "$0")" && pwd)
nexus=$(realpath "$1")
folder=${2:-$(mktemp -d)}
mkdir -p "$folder/home/.gemini" "$folder/work"
cd "$folder" || exit 1
if [ "$(cat installed 2>/dev/null)" != "$version" ]; then
  npm install --silent --no-audit --no-fund --prefix "$folder" "@google/gemini-cli@$version" || exit 1
  echo "$version" > installed
fi

rm -f mock.port nexus.log
node "$here/mock.mjs" 0 > mock.port &
mock=$!
trap 'kill $mock ${gateway:-} 2>/dev/null' EXIT
until [ -s mock.port ]; do sleep 0.1; done

cat > nexus.toml <<TOML
[server]
port = 0
[budget]
monthly_limit = 10
[[budgets]]
name = "poor"
match = { key = "poor" }
limit = 0
hard_limit_action = "reject"
[[keys]]
name = "app"
key_env = "APP_KEY"
[[keys]]
name = "poor"
key_env = "POOR_KEY"
[ledger]
url = "memory"
[[backends]]
name = "google"
type = "google"
url = "http://127.0.0.1:$(cat mock.port)"
models = ["m"]
[[pricing]]
model = "m"
input = 2.5
output = 10
[routing.aliases]
$(for model in gemini-2.5-pro gemini-2.5-flash gemini-2.5-flash-lite gemini-3.5-flash-lite gemini-3.8-flash; do echo "\"$model\" = \"m\""; done)
TOML
APP_KEY=nx-app POOR_KEY=nx-poor "$nexus" serve --config nexus.toml > nexus.log 2>&1 &
gateway=$!
until port=$(grep -o 'listens on http://127\.0\.0\.1:[0-9]*' nexus.log | grep -o '[0-9]*$'); do
  kill -0 $gateway 2>/dev/null || { cat nexus.log; exit 1; }
  sleep 0.1
done

echo '{"security":{"auth":{"selectedType":"gemini-api-key"},"folderTrust":{"enabled":false}},"privacy":{"usageStatisticsEnabled":false},"telemetry":{"enabled":false},"general":{"disableAutoUpdate":true,"disableUpdateNag":true}}' > home/.gemini/settings.json
echo hello > work/a-file.txt

ask() { # key prompt
  cd "$folder/work"
  HOME="$folder/home" GEMINI_API_KEY=$1 GOOGLE_GEMINI_BASE_URL="http://127.0.0.1:$port" NO_BROWSER=1 GEMINI_CLI_TRUST_WORKSPACE=true \
    timeout 60 node "$folder/node_modules/@google/gemini-cli/bundle/gemini.js" -m gemini-2.5-pro --approval-mode yolo -p "$2" < /dev/null 2>&1
  echo "exit $?"
  cd "$folder"
}

failed=0
expect() { # what text answer seconds
  if grep -q "$2" <<< "$3"; then echo "ok      $1 ($4 s)"; else echo "FAILED  $1 ($4 s): no '$2' in:"; echo "$3" | tail -40; failed=1; fi
}

for turn in "a prompt|nx-app|hi|Hello from upstream" "a tool turn|nx-app|list the files|The tool has answered" "over budget|nx-poor|hi|Budget limit exceeded, request rejected"; do
  IFS='|' read -r what key prompt text <<< "$turn"
  began=$SECONDS
  answer=$(ask "$key" "$prompt")
  took=$((SECONDS - began))
  expect "$what" "$text" "$answer" $took
  if [ "$what" = "over budget" ] && grep -q "^exit 0$" <<< "$answer"; then
    echo "FAILED  over budget: it must say that it failed"
    failed=1
  fi
done

stats=$(curl -s -H 'Authorization: Bearer nx-app' "http://127.0.0.1:$port/v1/stats")
bill=$(curl -s "http://127.0.0.1:$(cat mock.port)/bill" | grep -o '"usd":[0-9.e-]*' | cut -d: -f2)
spent=$(grep -o '"current_spending_usd":[0-9.E-]*' <<< "$stats" | head -1 | cut -d: -f2)
refused=$(grep -o '"blocked":[0-9]*' <<< "$stats" | head -1 | cut -d: -f2)
expect "charged $spent USD of $bill, $refused refused" "^$bill$" "$spent" 0
exit $failed
