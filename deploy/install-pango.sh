#!/bin/sh
# The libraries that make PDF documents, and letters for names that Fira Sans cannot write.
set -eu
apt-get update -qq
apt-get install -qq -y --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core >/dev/null
