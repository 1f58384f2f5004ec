#!/bin/sh
# PostgreSQL hands over a finished piece of its log: PATH NAME. It is kept only whole, and never replaced by another.
set -eu

path=$1
folder=${WAL_FOLDER:-/var/lib/postgresql/wal}
kept=$folder/$2

# After a crash PostgreSQL may hand the same piece over again.
if [ -f "$kept" ]; then
	exec cmp -s "$path" "$kept"
fi
mkdir -p "$folder"
cp "$path" "$kept.part"
sync "$kept.part"
mv "$kept.part" "$kept"
