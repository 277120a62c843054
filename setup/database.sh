#!/usr/bin/env bash
# Brings the configured database up to date: tables, working calendar, both cities' packs.
set -euo pipefail
cd "$(dirname "$0")/.."
manage=(.venv/bin/python manage.py)
"${manage[@]}" migrate --verbosity 0
"${manage[@]}" load_calendar
"${manage[@]}" load_packs
"${manage[@]}" schedule
