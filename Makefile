# 客服系统的入口。`make help` 列出全部目标。
# 需要：Python 3.11（含 venv）、git、make。软件源与代理只取自环境变量。

UV_VERSION := 0.13.9
TORCH := $(shell sed -n 's/^ *"\(torch==[^"]*\)",$$/\1/p' pyproject.toml)
PYTHON ?= $(shell command -v python3.11 || command -v python3)

# 站点自己的轮子目录：pip 的设定也给 uv 用（pip 以空格分隔，uv 以逗号分隔）。
empty :=
comma := ,
export UV_FIND_LINKS ?= $(subst $(empty) $(empty),$(comma),$(strip $(PIP_FIND_LINKS)))
export UV_COMPILE_BYTECODE := 1
export RASA_TELEMETRY_ENABLED := false

UV := .tools/bin/uv
RUN := .venv/bin/python
NPM := cd web && PATH="$(CURDIR)/.venv/bin:$$PATH" npm

TOOLS := .tools/uv-$(UV_VERSION)
SERVICE := .venv/.installed-$(subst ==,-,$(TORCH))
BOT := bot/.venv/.installed
NODE_MODULES := web/node_modules/.installed
PAGES := $(foreach app,widget desk demo,web/apps/$(app)/dist/index.html) web/apps/loader/dist/loader.js

WEB_MANIFESTS := web/package.json web/package-lock.json $(wildcard web/apps/*/package.json web/packages/*/package.json)
WEB_SOURCES := $(shell find web \( -name node_modules -o -name dist -o -name generated \) -prune -o -type f -print)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run install web test guard test-service test-bot test-web test-e2e test-stack lint format types \
        lock migration openapi docs bench evaluate clean

help: ## 列出目标
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: install ## 安装、构建并启动整个系统（Ctrl-C 停止）
	@exec $(RUN) -m kefu.cli up

install: $(SERVICE) $(BOT) $(PAGES) ## 安装两个 Python 环境，构建网页（没有变化就什么都不做）

web: $(PAGES) ## 只构建网页

# ---- 环境 ----

$(TOOLS):
	@$(or $(PYTHON),false) -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" \
	  || { echo "需要 Python 3.11（含 venv）。装在别处时：make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@echo "==> 安装 uv $(UV_VERSION)"
	@test -x .tools/bin/pip || $(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# torch 不在清单里（Python 官方源在 Linux 上给的是 5 GB 的 CUDA 版），所以 sync 会卸掉它，随后从缓存装回。
# 它的依赖已在清单里；缺 CUDA 库而不能导入的，才连依赖一起补上。
$(SERVICE): requirements/service.txt | $(TOOLS)
	@echo "==> 安装服务环境 .venv"
	@test -x $(RUN) || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --python .venv requirements/service.txt
	@$(UV) pip install --python .venv --no-deps $(if $(TORCH_BACKEND),--torch-backend $(TORCH_BACKEND)) $(TORCH)
	@$(RUN) -c "import torch" 2>/dev/null || $(UV) pip install --python .venv $(TORCH)
	@touch $@

$(BOT): bot/requirements.txt | $(TOOLS)
	@echo "==> 安装 Rasa 环境 bot/.venv"
	@test -x bot/.venv/bin/python || $(UV) venv --quiet --python $(PYTHON) bot/.venv
	@$(UV) pip sync --python bot/.venv bot/requirements.txt
	@touch $@

$(NODE_MODULES): $(WEB_MANIFESTS) | $(SERVICE)
	@echo "==> 安装网页的依赖"
	@$(NPM) ci --no-progress
	@touch $@

$(PAGES) &: $(NODE_MODULES) $(WEB_SOURCES)
	@echo "==> 构建网页"
	@$(NPM) run --silent generate
	@$(NPM) run --silent build
	@touch $(PAGES)

# ---- 检查 ----

# 两样同时跑（两核），最久的先开始；各样的输出在它结束时整段打印。
CHECKS := test-service test-stack test-e2e guard test-bot types lint test-web

test: install ## 全部检查，同时跑两样
	@$(MAKE) --no-print-directory -j2 --output-sync=target $(CHECKS:%=timed-%)

timed-%:
	@started=$$(date +%s); echo "==> $*"; \
	$(MAKE) --no-print-directory $* || { echo "✗ $* 没有通过"; exit 1; }; \
	echo "✓ $* $$(($$(date +%s) - started)) s"

lint: $(SERVICE) ## 代码风格与分层规则
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@PYTHONPATH=. .venv/bin/lint-imports

types: $(SERVICE) ## mypy
	@.venv/bin/mypy

test-service: $(SERVICE) ## 服务的测试，不启动浏览器，也不启动整套系统
	@$(RUN) -m pytest -m "not e2e and not stack"

test-e2e: install ## 浏览器的测试（没有 Chromium 时注明跳过）
	@$(RUN) -m pytest -m e2e

test-stack: install ## 启动整套系统的测试：准备、训练、接待、杀死进程
	@$(RUN) -m pytest -m "stack and not e2e"

test-bot: $(BOT) ## Rasa 一侧的测试
	@bot/.venv/bin/python -m pytest -c /dev/null --rootdir . tests/bot

test-web: $(PAGES) ## 网页的检查与测试
	@$(NPM) run --silent check
	@$(NPM) test

guard: $(SERVICE) ## 由当前内容重建检索，与 eval/reference.json 逐条比较；变差就失败
	@$(RUN) -m kefu.cli evaluate --against reference

bench: install ## 量速度（结果写到标准输出）
	@$(RUN) -m kefu.cli bench

evaluate: install ## 在 eval/ 的题目上量准确率
	@$(RUN) -m kefu.cli evaluate --start

# ---- 维护 ----

format: $(SERVICE) ## 整理格式
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

lock: $(TOOLS) ## 重新编译两份依赖清单
	@$(UV) pip compile --quiet pyproject.toml --group dev --group web --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-emit-package torch -o requirements/service.txt
	@$(UV) pip compile --quiet bot/requirements.in --override bot/overrides.txt --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links -o bot/requirements.txt

migration: $(SERVICE) ## 由模型的改动生成数据库迁移：make migration m="说明"
	@test -n "$(m)" || { echo '用法：make migration m="说明"'; exit 2; }
	@$(RUN) -m kefu.cli db revision "$(m)"

openapi: $(SERVICE) ## 导出接口描述，网页的客户端由它生成
	@$(RUN) -m kefu.cli openapi web/packages/api/openapi.json

docs: $(SERVICE) ## 重新生成 docs/settings.md 与 docs/errors.md
	@$(RUN) -m kefu.cli docs

clean: ## 删除环境与构建产物；从不动 var/ 里的数据
	rm -rf .venv bot/.venv .tools web/node_modules web/apps/*/dist web/packages/api/src/generated
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
