#!/usr/bin/env bash
# The test of the quality report looks at it in a browser; installs Chromium where it is missing (Debian) and prints its path.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  if command -v "$name"; then exit 0; fi
done
if ! command -v apt-get >/dev/null; then
  echo "Chromium is needed for npm run test:interop; install it with the system's package manager." >&2
  exit 1
fi
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
$sudo apt-get update -qq >&2
$sudo apt-get install -y -qq chromium >&2
command -v chromium
