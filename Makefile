# Everything a newcomer needs. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
UV := $(shell command -v uv 2>/dev/null || echo var/uv/bin/uv)
export PYTHONDONTWRITEBYTECODE := 1
MODEL := nlu/rasa/models/faro.tar.gz
TRAINED_FROM := $(shell find nlu/rasa/data nlu/rasa/components nlu/text nlu/concepts -type f \( -name '*.yml' -o -name '*.py' \) 2>/dev/null) nlu/rasa/config.yml nlu/rasa/families.yml nlu/rasa/train.py nlu/rasa/uv.lock

.PHONY: help setup lint types train eval bench faults check demo test audit sbom

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(UV):
	@echo "uv is not on PATH: installing it into var/uv"
	@python3 -m venv var/uv && var/uv/bin/pip install --quiet uv

setup: | $(UV) ## Both Python environments (about 2 minutes the first time)
	@echo "[1/2] The application's environment (Python 3.12)"
	@$(UV) sync --locked --quiet
	@echo "[2/2] Rasa's environment (Python 3.10, about 2.5 GB)"
	@$(UV) --directory nlu/rasa sync --locked --quiet

$(MODEL): $(TRAINED_FROM) | $(UV)
	@$(MAKE) --no-print-directory setup
	@echo "Training the language model (about 4 minutes)"
	@$(UV) run --no-sync faro nlu train

train: $(MODEL) ## The NLU model, if its data changed

lint: setup ## Style, imports between packages
	@$(UV) run --no-sync ruff check .
	@$(UV) run --no-sync ruff format --check .
	@$(UV) run --no-sync lint-imports

types: setup ## Static types, strict
	@$(UV) run --no-sync mypy

check: setup ## Flows and content
	@$(UV) run --no-sync faro check

demo: setup train ## The whole service in one terminal
	@$(UV) run --no-sync faro demo

test: setup train ## Every test, on real parts
	@$(UV) run --no-sync pytest -n 2 --dist loadfile

eval: setup train ## How well it understands, and what it misses
	@$(UV) run --no-sync python -m tests.eval.report

bench: setup train ## Figures of speed and memory, side by side
	@$(UV) run --no-sync python -m tests.bench
	@$(UV) run --no-sync python -m tests.bench_desk

faults: setup train ## Kill it between every pair of steps
	@$(UV) run --no-sync pytest tests/faults

audit: setup ## Known vulnerabilities of both environments (needs the network)
	@mkdir -p var
	@$(UV) export --locked --quiet --no-emit-project --no-emit-package faro-text --format requirements-txt -o var/audit.txt > /dev/null
	@$(UV) --directory nlu/rasa export --locked --quiet --no-emit-project --no-emit-package faro-text --format requirements-txt -o $(CURDIR)/var/audit-rasa.txt > /dev/null
	@for list in var/audit.txt var/audit-rasa.txt; do echo "$$list"; $(UV) tool run pip-audit --strict --require-hashes --disable-pip -r $$list || bad=1; done; exit $${bad:-0}

sbom: setup ## What both environments are made of, as CycloneDX, in var/
	@mkdir -p var
	@$(UV) tool run --from cyclonedx-bom cyclonedx-py environment .venv --of JSON -o var/sbom.json
	@$(UV) tool run --from cyclonedx-bom cyclonedx-py environment nlu/rasa/.venv --of JSON -o var/sbom-rasa.json
	@echo var/sbom.json var/sbom-rasa.json
