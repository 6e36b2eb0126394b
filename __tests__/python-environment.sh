#!/usr/bin/env bash
# Prints the folder of a Python project's virtual environment under .platform/, recreated when its
# requirements change.
set -euo pipefail
# A virtual environment whose installation failed must not count as ready.
shopt -s inherit_errexit

project=$1
venv="$(cd "$(dirname "$0")/.." && pwd)/.platform/venv/$(basename "$project")"
wanted=$(cat "$project"/requirements*.txt; python3 --version)
if [ "$(cat "$venv/made-for" 2>/dev/null)" != "$wanted" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  # The lists are complete. Without --no-deps, pip fails at each new release of a pinned package.
  lists=()
  for list in "$project"/requirements*.txt; do lists+=(-r "$list"); done
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps \
    "${lists[@]}" >&2
  "$venv/bin/pip" check --disable-pip-version-check >&2
  printf '%s' "$wanted" >"$venv/made-for"
fi
echo "$venv"
