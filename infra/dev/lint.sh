#!/usr/bin/env bash
# Every check of `make lint`, each with its time; all run even when one fails. Needs a started stack
# (`make lint` starts one). Arguments choose steps by name: infra/dev/lint.sh ruff mypy
set -uo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
export PATH="$PWD/.venv/bin:$PATH"

chosen=("$@")
output="$(mktemp)"
trap 'rm -f "$output"' EXIT
failed=()
skipped=()

step() { # name, title, command...
  local name="$1" title="$2" started=$EPOCHREALTIME verdict
  shift 2
  if [ ${#chosen[@]} -gt 0 ] && [[ " ${chosen[*]} " != *" $name "* ]]; then return; fi
  if "$@" >"$output" 2>&1; then verdict="добре"; else verdict="ПОМИЛКИ" && failed+=("$name"); fi
  printf '%-13s%s%*s%7s с  %s\n' "$name" "$title" $((52 - ${#title})) "" \
    "$(awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')" "$verdict"
  if [ "$verdict" != "добре" ]; then sed 's/^/    /' "$output"; fi
}

skip() { # name, reason
  if [ ${#chosen[@]} -eq 0 ] || [[ " ${chosen[*]} " == *" $1 "* ]]; then skipped+=("$1 ($2)"); fi
}

sources() { # suffix or name pattern...: files of the project, never of the environment
  find . \( -name .venv -o -name .local -o -name node_modules -o -name .git -o -name .terraform \) -prune -o \
    -type f \( "$@" \) -print | sort
}

typed() {
  local files
  mapfile -t files < <(sources -name public.py -o -name calc.py | grep -v "^./platform/kernel/")
  mypy platform/kernel "${files[@]}"
}

check_policies() {
  if [ ! -x .local/checkov/bin/checkov ] || [ requirements-checkov.lock -nt .local/checkov/.synced ]; then
    .local/uv/bin/uv venv --quiet --clear --python .venv/bin/python .local/checkov &&
      .local/uv/bin/uv pip sync --quiet --python .local/checkov/bin/python --require-hashes requirements-checkov.lock &&
      touch .local/checkov/.synced || return 1
  fi
  # Without this it looks for its service's address before it reads the first file.
  .local/checkov/bin/checkov --directory . --quiet --compact --skip-download \
    --skip-path '\.venv' --skip-path '\.local' --skip-path node_modules \
    --framework terraform dockerfile secrets
}

step ruff "Правила Python" ruff check --no-cache .
step format "Вигляд коду Python" ruff format --no-cache --check .
step mypy "Типи: ядро, public.py, calc.py" typed
step imports "Межі між поверхами й модулями" lint-imports --no-cache
step django "Перевірки Django" python manage.py check
step migrations "Моделі відповідають міграціям" python manage.py makemigrations --check --dry-run
step templates "Шаблони компілюються й не порушують CSP" python infra/dev/lint_templates.py
step gettext "Рядки українською, переклад повний" python infra/dev/lint_gettext.py
mapfile -t documents < <(sources -name '*.yml' -o -name '*.yaml')
step yaml "YAML читається" python infra/dev/lint_yaml.py "${documents[@]}"

mapfile -t dockerfiles < <(sources -name 'Dockerfile*' -o -name '*.Dockerfile')
if [ ${#dockerfiles[@]} -gt 0 ]; then
  step hadolint "Образи контейнерів" hadolint "${dockerfiles[@]}"
else
  skip hadolint "немає Dockerfile"
fi
if [ -f requirements-checkov.lock ]; then
  step checkov "Безпека інфраструктури" check_policies
else
  skip checkov "немає requirements-checkov.lock"
fi
if ! command -v terraform >/dev/null; then
  skip terraform "не встановлено"
elif [ -d terraform ]; then
  step terraform "Вигляд terraform" terraform fmt -check -recursive -diff terraform
fi
if command -v shellcheck >/dev/null; then
  mapfile -t scripts < <(sources -name '*.sh' -o -path ./.ci/run)
  step shellcheck "Сценарії оболонки" shellcheck "${scripts[@]}"
else
  skip shellcheck "не встановлено"
fi

echo
if [ ${#skipped[@]} -gt 0 ]; then printf 'Пропущено: %s\n' "${skipped[@]}"; fi
if [ ${#failed[@]} -gt 0 ]; then
  echo "Не пройшло: ${failed[*]}. Виправте й повторіть лише їх: make lint ARGS=\"${failed[*]}\""
  exit 1
fi
echo "Усе добре."
