#!/usr/bin/env bash
# Lints, type-checks and tests the Python parts, each in its own environment under .platform/venv,
# and checks the shell scripts and the workflows' security. Without Python 3.11 it reports that it
# skips the tests; in CI that is a failure.
set -euo pipefail

cd "$(dirname "$0")/.."
venvs="$PWD/.platform/venv"
export RUFF_CACHE_DIR="$venvs/ruff-cache" MYPY_CACHE_DIR="$venvs/mypy-cache"
export COVERAGE_FILE="$venvs/coverage" PYTHONDONTWRITEBYTECODE=1

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Python tests skipped: they need python3 3.11 or newer with venv (Debian: apt-get install python3-venv)"
  [ "${CI:-}" != true ] || exit 1
  exit 0
fi

for project in services/flask-api local/emulator; do
  echo "== $project"
  bin="$(__tests__/python-environment.sh "$project")/bin"
  (
    cd "$project"
    "$bin/ruff" check .
    "$bin/ruff" format --check .
    [ ! -x "$bin/mypy" ] || "$bin/mypy"
    "$bin/pytest" -p no:cacheprovider
  )
done

echo "== shell scripts"
git ls-files -z '*.sh' .ci/run | xargs -0 "$venvs/emulator/bin/shellcheck"

echo "== workflows"
"$venvs/emulator/bin/zizmor" --offline --quiet .github
