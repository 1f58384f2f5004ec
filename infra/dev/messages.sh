#!/usr/bin/env bash
# Brings the English catalogue up to date with the sources and lists what still waits for a translation.
# The interface is written in Ukrainian; English is platform/ui/locale/en. Needs gettext, no database.
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

catalogue=platform/ui/locale/en/LC_MESSAGES/django.po
.venv/bin/python manage.py makemessages --locale en --no-wrap --no-obsolete --add-location file \
  --ignore .venv --ignore .local --ignore node_modules --ignore tests --ignore infra
# A guess of msgmerge is not a translation.
msgattrib --clear-fuzzy --empty --only-fuzzy --no-wrap "$catalogue" >"$catalogue.fuzzy" || true
msgattrib --no-fuzzy --no-wrap "$catalogue" >"$catalogue.new"
if [ -s "$catalogue.fuzzy" ]; then msgcat --use-first --no-wrap "$catalogue.new" "$catalogue.fuzzy" >"$catalogue"; else mv "$catalogue.new" "$catalogue"; fi
rm -f "$catalogue.new" "$catalogue.fuzzy"
sed -i '/^"POT-Creation-Date:/d' "$catalogue"

waiting="$(msgattrib --untranslated --no-wrap "$catalogue" | grep -c '^msgid' || true)"
echo "Без перекладу: $((waiting > 0 ? waiting - 1 : 0)). Показати: msgattrib --untranslated $catalogue"
