#!/usr/bin/env bash
# Types, lints and tests every service that is a Node package, with what its own lockfile names: all at
# once, for their tests mostly wait.
set -euo pipefail

cd "$(dirname "$0")/.."

commands=()
for package in services/*/package.json; do
  # npm writes the first file last, so an older one is of another lockfile or of an install that broke off.
  install="[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund"
  commands+=("cd $(dirname "$package") && { $install; } && npm test")
done
npx concurrently --group --prefix none "${commands[@]}"
