#!/bin/sh
# Writes the part of the configuration that holds a secret into memory, and becomes pgbouncer.
set -eu

config=${POOLER_CONFIG:-/etc/pgbouncer/pgbouncer.ini}
folder=${POOLER_FOLDER:-/run/pgbouncer}
password=$(cat "${APP_PASSWORD_FILE:-/run/secrets/app_password}")

case $password in
*[!A-Za-z0-9_-]* | "")
	echo "Пароль у ${APP_PASSWORD_FILE:-/run/secrets/app_password} порожній або має знаки поза A-Z a-z 0-9 _ -." >&2
	echo "Що робити: створіть його заново: infra/compose/make-secrets.sh" >&2
	exit 78
	;;
esac

umask 077
printf '"hromada_app" "%s"\n' "$password" >"$folder/userlist.txt"
# The included file opens the section [pgbouncer]; a second header of that name would put every default back.
cat >"$folder/pgbouncer.ini" <<INI
[databases]
${DATABASE_NAME:-hromada} = host=${DATABASE_HOST:-postgres} port=${DATABASE_PORT:-5432} dbname=${DATABASE_NAME:-hromada}

%include $config
listen_addr = ${POOLER_ADDRESS:-0.0.0.0}
listen_port = ${POOLER_PORT:-6432}
auth_file = $folder/userlist.txt
INI

exec pgbouncer "$folder/pgbouncer.ini"
