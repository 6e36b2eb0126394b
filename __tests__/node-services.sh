#!/usr/bin/env bash
# Type-checks, lints and tests every Node service, with the packages of its own lockfile: all at
# once, because their tests mostly wait.
set -euo pipefail

cd "$(dirname "$0")/.."

commands=()
for package in services/*/package.json; do
  # npm writes this file last: an older one is from another lockfile or an incomplete install.
  install="[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund"
  commands+=("cd $(dirname "$package") && { $install; } && npm test")
done
npx concurrently --group --prefix none "${commands[@]}"
