#!/usr/bin/env bash
# Lints, types and tests the Python parts, each in a virtual environment of its own under .platform/,
# and checks the shell scripts and the security of the workflows. Without Python 3.11 it says that it
# skips; in CI that is a failure.
set -euo pipefail
# A virtual environment that could not be filled must not count as made.
shopt -s inherit_errexit

cd "$(dirname "$0")/.."
venvs="$PWD/.platform/venv"
export RUFF_CACHE_DIR="$venvs/ruff-cache" MYPY_CACHE_DIR="$venvs/mypy-cache"
export COVERAGE_FILE="$venvs/coverage" PYTHONDONTWRITEBYTECODE=1

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Python tests skipped: they need python3 3.11 or newer with venv (Debian: apt-get install python3-venv)"
  [ "${CI:-}" != true ] || exit 1
  exit 0
fi

# Prints the folder of a project's virtual environment, made again when its requirements change.
environment_of() {
  local project=$1 wanted venv
  venv="$venvs/$(basename "$project")"
  wanted=$(cat "$project"/requirements*.txt; python3 --version)
  if [ "$(cat "$venv/made-for" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    # The lists are whole. Left to look for more, pip stops at each new release of what they pin.
    "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps \
      -r "$project/requirements.txt" -r "$project/requirements-dev.txt" >&2
    "$venv/bin/pip" check --disable-pip-version-check >&2
    printf '%s' "$wanted" >"$venv/made-for"
  fi
  echo "$venv"
}

for project in services/flask-api local/emulator; do
  echo "== $project"
  bin="$(environment_of "$project")/bin"
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
