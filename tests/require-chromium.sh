#!/usr/bin/env bash
# The browser suite needs Chromium: installed here with CI=true or APT=1, otherwise the suite is skipped.
set -euo pipefail

if [[ -x /usr/bin/chromium ]] || command -v chromium >/dev/null; then
    exit 0
elif [[ "${CI:-}" == true || "${APT:-}" == 1 ]]; then
    exec "$(dirname "$0")/../.ci/debian-packages" chromium fonts-dejavu-core
fi
echo "The browser suite is skipped: install Chromium (apt-get install chromium), or run  make test APT=1"
