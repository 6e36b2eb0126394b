#!/usr/bin/env bash
# Plans the environment of the variables, and gives out what a deployment would do as `plan`, and as
# `changed` whether it would do anything. Fails only where it cannot be planned. With `--out FOLDER`, what
# somebody approves is in the folder, and Terraform's text in the summary of the run.
set -euo pipefail

# GitHub takes 1 MB of outputs, and 65,536 characters of a comment.
limit=60000

status=0
text=$(npx platform plan "$@") || status=$?
if [ "$status" -ne 0 ] && [ "$status" -ne 2 ]; then exit "$status"; fi
echo "$text"

delimiter="end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
{
  echo "changed=$([ "$status" -eq 2 ] && echo true || echo false)"
  echo "plan<<$delimiter"
  echo "${text:0:$limit}"
  echo "$delimiter"
} >>"$GITHUB_OUTPUT"

if [ "${1:-}" = --out ]; then
  # GitHub takes 1 MiB of a summary.
  most=900000
  fence="~~~~~~"
  {
    if [ "$(wc -c <"$2/plan.txt")" -gt "$most" ]; then
      echo "**The plan is cut here. The whole is plan.txt in the artifact of this run.**"
    fi
    echo "$fence"; head -c "$most" "$2/plan.txt"; echo; echo "$fence"
  } >>"$GITHUB_STEP_SUMMARY"
fi
