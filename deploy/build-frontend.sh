#!/bin/sh
# The front end's files into frontend/dist, from the lock file. Run in the project's folder.
set -eu
npm ci --no-audit --no-fund
npm run build
