#!/usr/bin/env bash
# Everything that `make run` (argument "run") or `make test` and `make lint` (argument "test") need,
# on a bare Debian 12 or Ubuntu 24.04. Safe to repeat; says nothing and takes no time when all is done.
#
# Exit codes: 0 ready, 1 a step failed (its log is shown), 2 wrong argument,
#             3 packages are missing and there is neither root nor passwordless sudo.
set -euo pipefail
export LC_ALL=C.UTF-8

purpose="${1:-run}"
case "$purpose" in
  run | test) ;;
  *)
    echo "Вжиток: infra/dev/bootstrap.sh [run|test]" >&2
    exit 2
    ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
state="$PWD/.local"
log="$state/logs/bootstrap.log"
uv="$state/uv/bin/uv"
uv_version=0.13.8
mkdir -p "$state/logs"

# -- is there anything to do? -------------------------------------------------------------------------

fingerprint() { # the inputs of the environment for a purpose
  local inputs=(infra/dev/bootstrap.sh .python-version pyproject.toml requirements.lock)
  [ "$1" = test ] && inputs+=(requirements-dev.lock)
  [ -f platform/ui/package-lock.json ] && inputs+=(platform/ui/package-lock.json)
  { cat "${inputs[@]}" && pwd; } | sha256sum
}

stamped() { # a test environment serves `run` too
  local purposes=("$1") each
  [ "$1" = run ] && purposes+=(test)
  for each in "${purposes[@]}"; do
    [ -f "$state/bootstrap.$each" ] && [ "$(cat "$state/bootstrap.$each")" = "$(fingerprint "$each")" ] && return 0
  done
  return 1
}

stale_catalogues() {
  local po
  find platform shared_apps tenant_apps provisioning -name node_modules -prune -o -name '*.po' -print 2>/dev/null |
    while read -r po; do
      [ "${po%.po}.mo" -nt "$po" ] || echo "$po"
    done
}

stale_assets() { # the build reads neither Python nor catalogues
  [ -f platform/ui/package.json ] || return 1
  [ -f "$state/assets.stamp" ] && [ -d platform/ui/static/built ] || return 0
  [ -n "$(find platform/ui \( -name node_modules -o -name __pycache__ -o -path platform/ui/static/built \) -prune -o \
    -type f ! -name '*.py' ! -name '*.po' ! -name '*.mo' -newer "$state/assets.stamp" -print -quit)" ]
}

# -- telling ------------------------------------------------------------------------------------------

fail() { # fact, cure, exit code
  printf '\n%s\n  Що робити: %s\n' "$1" "$2" >&2
  exit "${3:-1}"
}

step() { # title, command...
  local title="$1" started=$EPOCHREALTIME outcome=0
  shift
  printf '  %s%*s' "$title" $((46 - ${#title})) ""
  # Not as a condition: bash would then go on after a failed line inside the command.
  set +e
  (
    set -e
    "$@"
  ) >>"$log" 2>&1
  outcome=$?
  set -e
  if [ "$outcome" = 0 ]; then
    awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%6.1f с\n", b - a }'
  else
    printf 'НЕ ВДАЛОСЯ\n\n' >&2
    tail -n 25 "$log" >&2
    fail "Крок «$title» не вдався; повний журнал: $log" \
      "усуньте названу вище причину (найчастіше — мережа чи місце на диску) і повторіть."
  fi
}

# -- Debian packages ----------------------------------------------------------------------------------

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

newest_postgres() {
  local folder version newest=0
  for folder in /usr/lib/postgresql/*/; do
    version="$(basename "$folder")"
    if [ -x "$folder/bin/initdb" ] && [ "$version" -gt "$newest" ] 2>/dev/null; then newest="$version"; fi
  done
  [ "$newest" -gt 0 ] && echo "$newest"
}

system_python() { # any interpreter able to make the private environment that holds uv
  local candidate
  for candidate in /usr/bin/python3 python3 python3.13 python3.12; do
    if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

node_is_fresh() {
  local major
  command -v npm >/dev/null && major="$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')" && [ "${major:-0}" -ge 18 ]
}

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

wanted_packages() { # as far as can be told before the package lists are fresh
  local version package
  system_python >/dev/null || echo python3 python3-venv
  # PostGIS brings libgdal, libgeos and libproj, which GeoDjango loads.
  if version="$(newest_postgres)"; then
    installed "postgresql-$version-postgis-3" || echo "postgresql-$version-postgis-3"
  else
    echo postgresql "postgresql-@-postgis-3"
  fi
  command -v redis-server >/dev/null || echo redis-server
  command -v msgfmt >/dev/null || echo gettext
  if [ -f platform/ui/package.json ] && ! node_is_fresh; then echo nodejs npm; fi
  if [ "$purpose" = test ]; then
    for package in pgbouncer caddy openssl; do
      [ -x "/usr/sbin/$package" ] || echo "$package"
    done
    command -v shellcheck >/dev/null || echo shellcheck
    command -v ogrinfo >/dev/null || echo gdal-bin
    # Ubuntu's package is a snap, which neither containers nor Playwright can use.
    if ! browser >/dev/null && ! grep -q '^ID=ubuntu' /etc/os-release; then echo chromium; fi
  fi
}

as_root=()
guard_policy=/usr/sbin/policy-rc.d
guard_cluster=/etc/postgresql-common/createcluster.d/hromada-bootstrap.conf
guards=()

lift_guards() {
  [ ${#guards[@]} -eq 0 ] || "${as_root[@]}" rm -f "${guards[@]}"
  guards=()
}

set_guards() {
  # Our servers are private; Debian's must not start by themselves because we installed the programs.
  if [ ! -e "$guard_policy" ]; then
    guards+=("$guard_policy")
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$guard_policy" >/dev/null
    "${as_root[@]}" chmod 755 "$guard_policy"
  fi
  guards+=("$guard_cluster")
  "${as_root[@]}" mkdir -p "$(dirname "$guard_cluster")"
  echo "create_main_cluster = false" | "${as_root[@]}" tee "$guard_cluster" >/dev/null
}

apt_install() {
  local version packages=("$@")
  "${as_root[@]}" apt-get -q update
  if [[ " ${packages[*]} " == *" postgresql-@-postgis-3 "* ]]; then
    version="$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)"
    [ -n "$version" ] || { echo "apt не знає пакета postgresql" && return 1; }
    packages=("${packages[@]/#postgresql-@-postgis-3/postgresql-$version-postgis-3}")
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "${packages[@]}"
}

install_packages() {
  local packages unit
  mapfile -t packages < <(wanted_packages | tr ' ' '\n')
  [ ${#packages[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    fail "Бракує програм (${packages[*]/@/N}), а apt на цій машині немає." \
      "поставте їхні відповідники засобами вашої системи і повторіть."
  if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo -n)
    if ! sudo -n true 2>/dev/null; then
      fail "Бракує пакетів, а прав їх поставити немає." \
        "виконайте від root:
    apt-get update && apt-get install --no-install-recommends ${packages[*]/postgresql-@-postgis-3/\"postgresql-*-postgis-3\"}" 3
    fi
  fi
  trap lift_guards EXIT
  set_guards
  step "Пакети Debian (${#packages[@]})" apt_install "${packages[@]}"
  if command -v systemctl >/dev/null; then
    for unit in redis-server pgbouncer caddy; do
      # Only a service that we brought: one that was here before keeps its owner's wishes.
      if [[ " ${packages[*]} " == *" $unit "* ]]; then "${as_root[@]}" systemctl disable "$unit" >>"$log" 2>&1 || true; fi
    done
  fi
  lift_guards
  trap - EXIT
}

# -- Python -------------------------------------------------------------------------------------------

use_configured_index() { # uv does not read pip's configuration, and a closed network has its mirror there
  local index
  [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] || return 0
  index="${PIP_INDEX_URL:-$("$state/uv/bin/pip" config get global.index-url 2>/dev/null || true)}"
  [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
}

install_uv() {
  [ -x "$uv" ] && [ "$("$uv" --version 2>/dev/null | cut -d' ' -f2)" = "$uv_version" ] && return 0
  rm -rf "$state/uv"
  "$(system_python)" -m venv "$state/uv"
  "$state/uv/bin/pip" install --quiet "uv==$uv_version"
}

make_environment() {
  local wanted
  wanted="$(cat .python-version)"
  .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && return 0
  # The project runs on 3.12 too: better that than nothing where a 3.13 can be neither found nor fetched.
  "$uv" venv --clear --python-preference system --python "$wanted" .venv ||
    "$uv" venv --clear --python-preference only-system --no-python-downloads --python '>=3.12' .venv || {
    echo "Немає Python $wanted: ні в системі, ні в pyenv, і завантажити його не вдалося."
    echo "Поставте його (наприклад: pyenv install $wanted) і повторіть."
    return 1
  }
}

sync_environment() {
  local lock="$1"
  "$uv" pip sync --python .venv/bin/python --require-hashes --compile-bytecode "$lock"
  "$uv" pip install --python .venv/bin/python --no-deps --no-build-isolation -e .
}

# -- assets and catalogues ----------------------------------------------------------------------------

install_node_modules() {
  local wanted
  wanted="$(cat platform/ui/package-lock.json platform/ui/package.json | sha256sum)"
  [ -d platform/ui/node_modules ] && [ "$(cat "$state/node.stamp" 2>/dev/null)" = "$wanted" ] && return 0
  npm --prefix platform/ui ci --no-audit --no-fund
  echo "$wanted" >"$state/node.stamp"
}

build_assets() {
  npm --prefix platform/ui run build
  touch "$state/assets.stamp"
}

compile_catalogues() {
  local po
  for po in "$@"; do
    msgfmt --check-format -o "${po%.po}.mo.new" "$po"
    mv "${po%.po}.mo.new" "${po%.po}.mo"
  done
}

# -- the work -----------------------------------------------------------------------------------------

environment_ready=0
if stamped "$purpose" && [ -x .venv/bin/python ]; then environment_ready=1; fi
mapfile -t catalogues < <(stale_catalogues)
assets_ready=1
if stale_assets; then assets_ready=0; fi
[ "$environment_ready" = 1 ] && [ "$assets_ready" = 1 ] && [ ${#catalogues[@]} -eq 0 ] && exit 0

exec 9>"$state/bootstrap.lock"
flock 9

if ! { [ -n "${HOME:-}" ] && mkdir -p "$HOME" 2>/dev/null && [ -w "$HOME" ]; }; then
  export HOME="$state/home"
  mkdir -p "$HOME"
fi

echo "Готую середовище ($purpose)…"
: >"$log"
if [ "$environment_ready" = 0 ]; then
  # Taken before the work: an input that changes meanwhile is dealt with by the next start.
  taken="$(fingerprint "$purpose")"
  install_packages
  step "uv $uv_version" install_uv
  use_configured_index
  step "Python $(cat .python-version)" make_environment
  lock=requirements.lock
  # Someone who once tested here keeps the tools of the tests.
  if [ "$purpose" = test ] || [ -f "$state/bootstrap.test" ]; then lock=requirements-dev.lock; fi
  step "Бібліотеки ($lock)" sync_environment "$lock"
fi
if [ "$assets_ready" = 0 ]; then
  step "Пакети npm" install_node_modules
  step "Збирання ресурсів" build_assets
fi
if [ ${#catalogues[@]} -gt 0 ]; then
  step "Переклади (${#catalogues[@]})" compile_catalogues "${catalogues[@]}"
fi
if [ "$environment_ready" = 0 ]; then
  echo "$taken" >"$state/bootstrap.$purpose"
fi
