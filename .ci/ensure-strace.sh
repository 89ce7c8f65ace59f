#!/usr/bin/env bash
# The reliability programme makes system calls fail by strace; installs it where it is missing (Debian, Ubuntu).
set -euo pipefail

if command -v strace >/dev/null; then exit 0; fi
if ! command -v apt-get >/dev/null; then
  echo "strace is needed for npm run test:reliability; install it with the system's package manager." >&2
  exit 1
fi
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
$sudo apt-get update -qq
$sudo apt-get install -y -qq strace
