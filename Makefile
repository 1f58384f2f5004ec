# The commands of the house. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

LOCAL := .venv/bin/python -m provisioning.local
WORKERS ?= 2

.PHONY: help run test lint bench stop clean

help: ## цей перелік
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | column -t -s $$'\t'

run: ## запустити всю хмару (Ctrl-C зупиняє)
	@infra/dev/bootstrap.sh run
	@exec $(LOCAL) run

test: ## тести на власному кластері; ARGS="tests/isolation -k cookie", WORKERS=2
	@infra/dev/bootstrap.sh test
	@trap '$(LOCAL) down --profile test --unused' EXIT; .venv/bin/pytest -n $(WORKERS) $(ARGS)

lint: ## стиль, типи, межі, міграції, шаблони, переклади, інфраструктура
	@infra/dev/bootstrap.sh test
	@exec $(LOCAL) exec --profile test -- infra/dev/lint.sh $(ARGS)

bench: ## вимірювання проти межі й рівних; B=TEN-1 — лише одне
	@infra/dev/bootstrap.sh test
	@exec $(LOCAL) exec --profile bench -- .venv/bin/python -m tests.benchmarks $(B)

stop: ## зупинити хмару, де б її не запустили
	@if [ -x .venv/bin/python ]; then exec $(LOCAL) stop; fi

clean: ## стерти локальні бази, черги, файли й журнали (питає; YES=1 — не питає)
	@if [ -x .venv/bin/python ]; then exec $(LOCAL) clean $(if $(YES),--yes); fi
