#!/usr/bin/env bash
# Chromium, its driver and Chinese fonts for the browser tests: installed by apt as root; else those tests are skipped.
set -uo pipefail
packages=(chromium chromium-driver fonts-noto-cjk)

has_browser() { command -v chromium > /dev/null && command -v chromedriver > /dev/null; }
has_fonts() { ! command -v fc-list > /dev/null || [ -n "$(fc-list :lang=zh family)" ]; }

has_browser && has_fonts && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
    echo "Set-up: ${packages[*]} (for the browser tests)"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    { timeout 120 apt-get update -q && timeout 600 apt-get install -y -q --no-install-recommends "${packages[@]}"; } \
        > "$log" 2>&1 || tail -n 5 "$log"
    rm -f "$log"
fi
has_browser ||
    echo "!!!! NO BROWSER: chromium and chromedriver are missing, the browser tests will be SKIPPED (apt-get install ${packages[*]}) !!!!"
