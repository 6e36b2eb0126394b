#!/usr/bin/env bash
# Keeps the one issue that says how the environment differs from main: opened when CHANGED, brought up
# to date with TEXT, closed when nothing differs any more.
set -euo pipefail

title="Drift in $PLATFORM_SUFFIX"
number=$(gh issue list --repo "$GITHUB_REPOSITORY" --state open --author "app/github-actions" \
  --json number,title --jq "[.[] | select(.title == \"$title\")][0].number // empty")

if [ "$CHANGED" != true ]; then
  if [ -n "$number" ]; then
    gh issue close "$number" --repo "$GITHUB_REPOSITORY" --comment "Nothing differs any more."
  fi
  exit 0
fi

fence="\`\`\`"
body=$(printf 'A deployment of main would change %s:\n\n%s\n%s\n%s\n\n%s\n' \
  "$PLATFORM_SUFFIX" "$fence" "${TEXT//"$fence"/}" "$fence" "Deploy main, or bring the change into it.")
if [ -n "$number" ]; then
  gh issue edit "$number" --repo "$GITHUB_REPOSITORY" --body "$body"
else
  gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --body "$body"
fi
