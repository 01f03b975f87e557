#!/bin/sh
# Debian's Redis with the libraries that it needs, from where `make redis-server` has put them.
here=$(dirname "$(readlink -f "$0")")
for libraries in "$here"/usr/lib/*-linux-gnu; do
  LD_LIBRARY_PATH=$libraries exec "$here/usr/bin/redis-server" "$@"
done
