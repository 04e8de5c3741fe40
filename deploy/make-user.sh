#!/bin/sh
# The user that runs Mitwirk, and the one folder it may write to.
set -eu
useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin mitwirk
install --directory --owner mitwirk --group mitwirk /data /data/media
