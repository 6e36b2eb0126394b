#!/usr/bin/env bash
# Lints, type-checks and tests a Python project (`python.sh services/flask-api`) in an environment of its
# own under .platform/venv. Without Python 3.11 it reports that it skips the tests; in CI that is a
# failure.
set -euo pipefail

project=$1
cd "$(dirname "$0")/.."
venvs="$PWD/.platform/venv"
name=$(basename "$project")
export RUFF_CACHE_DIR="$venvs/ruff-cache" MYPY_CACHE_DIR="$venvs/mypy-cache"
export COVERAGE_FILE="$venvs/coverage-$name" PYTHONDONTWRITEBYTECODE=1

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "$project's tests skipped: they need python3 3.11 or newer with venv (Debian: apt-get install python3-venv)"
  [ "${CI:-}" != true ] || exit 1
  exit 0
fi

echo "== $project"
bin="$(__tests__/python-environment.sh "$project")/bin"
cd "$project"
"$bin/ruff" check .
"$bin/ruff" format --check .
[ ! -x "$bin/mypy" ] || "$bin/mypy"
"$bin/pytest" -p no:cacheprovider
