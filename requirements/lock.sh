#!/bin/sh
# Write the locks anew: every version and the hash of every file of it, for Linux and macOS, Python 3.11 and up.
#   dev.txt    everything that the tests and checks need; it decides the versions
#   run.txt    what the installed program needs, at the same versions
#   build.txt  what building the wheel or an editable install needs, at the same versions
# Usage: requirements/lock.sh PYTHON [uv pip compile options, e.g. --upgrade or --upgrade-package NAME]
set -eu
cd "$(dirname "$0")/.."
python=$1
shift
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet 'uv>=0.8,<1'

lock() {
    output=$1
    shift
    "$tools/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock' \
        --output-file "requirements/$output" "$@" >/dev/null
}
lock dev.txt pyproject.toml requirements/build.in --extra dev --extra web "$@"
lock run.txt pyproject.toml --constraints requirements/dev.txt
lock build.txt requirements/build.in --constraints requirements/dev.txt
