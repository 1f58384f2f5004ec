#!/bin/sh
# A full copy of the running database, verified against its manifest, together with the log needed from then on.
# Run it every night; archive-wal.sh keeps the changes in between.
set -eu

backups=${BACKUP_FOLDER:-/var/lib/postgresql/backups}
wal=${WAL_FOLDER:-/var/lib/postgresql/wal}
keep=${BACKUP_KEEP:-3}
name=base-$(date -u +%Y%m%dT%H%M%SZ)

case $keep in
"" | 0 | *[!0-9]*)
	echo "BACKUP_KEEP=$keep: потрібне ціле число від 1 — скільки копій зберігати." >&2
	exit 64
	;;
esac

mkdir -p "$backups" "$wal"
# What an interrupted run left is not a backup.
rm -rf "$backups"/base-*.part

pg_basebackup --pgdata="$backups/$name.part" --format=plain --wal-method=stream --checkpoint=fast \
	--manifest-checksums=SHA256 --no-password
pg_verifybackup --quiet "$backups/$name.part"
mv "$backups/$name.part" "$backups/$name"

find "$backups" -mindepth 1 -maxdepth 1 -type d -name 'base-*Z' | sort -r | tail -n "+$((keep + 1))" |
	while read -r old; do rm -rf "$old"; done

oldest=$(find "$backups" -mindepth 1 -maxdepth 1 -type d -name 'base-*Z' | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]\{24\}\))$/\1/p' "$oldest/backup_label")
pg_archivecleanup "$wal" "$first"

echo "Копію $backups/$name створено і звірено з її описом."
