#!/bin/sh
# The user that runs Mitwirk, and the one folder it may write to.
set -eu
useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin mitwirk
install --directory --owner mitwirk --group mitwirk /data /data/media
