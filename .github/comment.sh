#!/usr/bin/env bash
# Writes TEXT as the one comment of its kind on pull request NUMBER: a second one replaces the first.
set -euo pipefail

kind=$1
marker="<!-- fargate-platform: $kind -->"
fence="\`\`\`"
body=$(printf '%s\n### %s\n\n%s\n%s\n%s\n' \
  "$marker" "${kind^}" "$fence" "${TEXT//"$fence"/}" "$fence")

comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
id=$(gh api --paginate "$comments" --jq ".[]
  | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\"))) | .id" | head -n 1)

if [ -n "$id" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --raw-field body="$body" --silent
else
  gh api --method POST "$comments" --raw-field body="$body" --silent
fi
