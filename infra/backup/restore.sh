#!/bin/sh
# Puts a base backup in place of a lost database and lets PostgreSQL replay the kept log over it.
# restore.sh [BACKUP|latest] [TIME]   TIME such as "2026-11-21 14:30:00+02": stop there, before a mistake was made.
set -eu

backups=${BACKUP_FOLDER:-/var/lib/postgresql/backups}
wal=${WAL_FOLDER:-/var/lib/postgresql/wal}
data=${PGDATA:-/var/lib/postgresql/data}
name=${1:-latest}
until=${2:-}

if [ "$name" = latest ]; then
	name=$(find "$backups" -mindepth 1 -maxdepth 1 -type d -name 'base-*Z' -printf '%f\n' | sort | tail -n 1)
fi
if [ -z "$name" ] || [ ! -f "$backups/$name/backup_manifest" ]; then
	echo "У $backups немає копії «${name:-latest}»." >&2
	echo "Що робити: принесіть копію з віддаленого сховища в цю теку і повторіть." >&2
	exit 66
fi
if [ -n "$(find "$data" -mindepth 1 -maxdepth 1 -print -quit 2>/dev/null)" ]; then
	echo "Тека даних $data не порожня: відновлення не затирає живу базу." >&2
	echo "Що робити: зупиніть PostgreSQL, перенесіть теку вбік (mv $data $data.before) і повторіть." >&2
	exit 73
fi
case $until in
*\'*)
	echo "Час не може містити апострофа. Зразок: 2026-11-21 14:30:00+02" >&2
	exit 64
	;;
esac

pg_verifybackup --quiet "$backups/$name"
mkdir -p "$data"
cp -a "$backups/$name/." "$data/"
chmod 0700 "$data"

{
	echo "restore_command = 'cp $wal/%f %p'"
	if [ -n "$until" ]; then
		echo "recovery_target_time = '$until'"
		echo "recovery_target_action = 'promote'"
	fi
} >>"$data/postgresql.auto.conf"
touch "$data/recovery.signal"

echo "Копію $name поставлено. Запустіть PostgreSQL: він програє журнал${until:+ до $until} і відкриється."
