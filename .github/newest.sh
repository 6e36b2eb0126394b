#!/usr/bin/env bash
# Ends a promotion that is approved after `main` has moved on: dev runs, or soon will, other images than
# those that were approved.
set -euo pipefail

newest=$(gh api "repos/$GITHUB_REPOSITORY/commits/main" --jq .sha)
if [ "$newest" != "$GITHUB_SHA" ]; then
  echo "main is at $newest by now: approve the run of that commit, not this one of $GITHUB_SHA." >&2
  exit 1
fi
