#!/usr/bin/env bash
# Checks the shell scripts, and the security of the workflows, with tools from the environment of
# local/emulator. Without that environment it reports that it skips them; in CI that is a failure.
set -euo pipefail

cd "$(dirname "$0")/.."
bin=.platform/venv/emulator/bin
if [ ! -x "$bin/shellcheck" ]; then
  echo "shell scripts and workflows not checked: npm run test:emulator installs shellcheck and zizmor"
  [ "${CI:-}" != true ] || exit 1
  exit 0
fi

echo "== shell scripts"
git ls-files -z '*.sh' .ci/run | xargs -0 "$bin/shellcheck"

echo "== workflows"
"$bin/zizmor" --offline --quiet .github
