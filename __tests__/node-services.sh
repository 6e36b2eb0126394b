#!/usr/bin/env bash
# Types, lints and tests every service that is a Node package, with what its own lockfile names. All
# at once, for their tests mostly wait; the output of each comes whole, when it ends.
set -euo pipefail
# Each in a process group of its own, so that it can be ended with all that it started.
set -m

cd "$(dirname "$0")/.."

check() {
  cd "$1" &&
    # npm writes this file last, so an older one is of another lockfile or of an install that broke off.
    { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund; } &&
    npm test
}

end_all() {
  for job in $(jobs -p); do kill -- "-$job" 2>/dev/null || true; done
}
trap end_all EXIT

running=()
for package in services/*/package.json; do
  service=$(dirname "$package")
  (
    status=0
    output=$(check "$service" 2>&1) || status=$?
    printf '== %s\n%s\n' "$service" "$output"
    exit "$status"
  ) &
  running+=($!)
done

status=0
for job in "${running[@]}"; do wait "$job" || status=1; done
exit "$status"
