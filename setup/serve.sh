#!/usr/bin/env bash
# Web server and workers in the foreground; Ctrl-C stops all, and if one dies the others are stopped.
# Documents with long tables have a worker of their own, so that nothing else waits for them.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${PORT:-8000}
export PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:$port}

long=render_long_document
.venv/bin/python manage.py worker --without $long & worker=$!
.venv/bin/python manage.py worker --only $long & patient=$!
.venv/bin/gunicorn config.wsgi --bind "127.0.0.1:$port" --worker-class gthread --workers "${WORKERS:-2}" \
  --threads 4 --timeout 60 --access-logfile /dev/null --log-level warning & server=$!
stop() { kill "$server" "$worker" "$patient" 2>/dev/null || true; wait 2>/dev/null || true; }
trap stop EXIT
trap 'exit 0' INT TERM
echo "Serving on http://127.0.0.1:$port  (Ctrl-C stops)"
wait -n "$server" "$worker" "$patient"
echo "server or a worker has ended; stopping the others" >&2
exit 1
