#!/bin/sh
# Makes the secrets of one server, each in a file of its own. What exists is kept: run it again after an upgrade.
# make-secrets.sh [FOLDER]      to change one: delete its file and everything derived from it, run again, restart.
set -eu

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
# The containers' accounts differ, so the files are readable to all and the folder to nobody else.
chmod 0700 "$folder"
umask 0222

keep() {
	[ -e "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"
}
random() {
	openssl rand -hex "$1"
}
value() {
	cat "$folder/$1"
}

keep secret_key "$(random 48)"
keep archive_key "$(random 32)"

# The image wants one; pg_hba.conf lets nobody use it.
keep postgres_password "$(random 32)"
keep owner_password "$(random 32)"
keep app_password "$(random 32)"
keep database_url "postgresql://hromada_app:$(value app_password)@pooler:6432/hromada"
keep database_admin_url "postgresql://hromada_owner:$(value owner_password)@postgres:5432/hromada"

keep redis_password "$(random 32)"
keep redis_acl "user default on #$(value redis_password | sha256sum | cut -d' ' -f1) ~* &* +@all -@admin -flushall"
keep redis_url "redis://:$(value redis_password)@redis:6379/0"
keep redis_cache_url "redis://:$(value redis_password)@cache:6379/0"

# With it Prometheus reads web's figures.
keep metrics_token "$(random 32)"

keep s3_access_key "$(random 10)"
keep s3_secret_key "$(random 20)"
keep s3_identities "$(printf '{"identities":[{"name":"hromada","credentials":[{"accessKey":"%s","secretKey":"%s"}],"actions":["Admin","Read","List","Tagging","Write"]}]}' \
	"$(value s3_access_key)" "$(value s3_secret_key)")"
keep s3_credentials "$(printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
	"$(value s3_access_key)" "$(value s3_secret_key)")"

# The mail server's is given by whoever runs it: write it here, or leave the file empty.
keep smtp_password ""

echo "Секрети лежать у $folder. Збережіть копію окремо від сервера: без secret_key не відкриються сеанси й посилання,"
echo "без archive_key — зашифровані архіви громад."
