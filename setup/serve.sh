#!/usr/bin/env bash
# Web server and worker in the foreground; Ctrl-C stops both, and if one dies the other is stopped.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${PORT:-8000}
export PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:$port}

.venv/bin/python manage.py worker & worker=$!
.venv/bin/gunicorn config.wsgi --bind "127.0.0.1:$port" --worker-class gthread --workers "${WORKERS:-2}" \
  --threads 4 --timeout 60 --access-logfile /dev/null --log-level warning & server=$!
stop() { kill "$server" "$worker" 2>/dev/null || true; wait 2>/dev/null || true; }
trap stop EXIT
trap 'exit 0' INT TERM
echo "Serving on http://127.0.0.1:$port  (Ctrl-C stops)"
wait -n "$server" "$worker"
echo "server or worker has ended; stopping the other" >&2
exit 1
