#!/usr/bin/env bash
# Prints the folder of a Python project's virtual environment under .platform/, made again when its
# requirements change.
set -euo pipefail
# A virtual environment that could not be filled must not count as made.
shopt -s inherit_errexit

project=$1
venv="$(cd "$(dirname "$0")/.." && pwd)/.platform/venv/$(basename "$project")"
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
