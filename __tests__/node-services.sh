#!/usr/bin/env bash
# Types, lints and tests every service that is a Node package, with what its own lockfile names.
set -euo pipefail

cd "$(dirname "$0")/.."

for package in services/*/package.json; do
  service=$(dirname "$package")
  echo "== $service"
  (
    cd "$service"
    # npm writes this file last, so an older one is of another lockfile or of an install that broke off.
    [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
    npm test
  )
done
