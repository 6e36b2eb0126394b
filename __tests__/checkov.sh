#!/usr/bin/env bash
# Judges the synthesized stacks by Checkov's rules, in an environment of its own under .platform/venv.
# Without Python 3.11 it reports that it skips them; in CI that is a failure.
set -euo pipefail

cd "$(dirname "$0")/.."
if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Checkov skipped: it needs python3 3.11 or newer with venv (Debian: apt-get install python3-venv)"
  [ "${CI:-}" != true ] || exit 1
  exit 0
fi

echo "== Checkov"
bin="$(__tests__/python-environment.sh policy/checkov)/bin"
npx tsx policy/checkov/main.ts "$bin/checkov" "$@"
