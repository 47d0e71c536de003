# make demo   set up and run the main job: a search on real images, and a model from what it finds
# make bench  set up and measure how fast it is here: about a quarter of an hour
# make test   set up and run the tests
# make lint   style, types, floors
# make docs   the documents as a site, in site/; its links are checked
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN ?= runs/demo
BENCH ?=
FIGURES ?= runs/benchmarks.json

# Also inside pip's build environments: torch without its constraint pulls gigabytes of CUDA packages.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo bench test test-slow lint docs format clean

demo: $(VENV)/installed
	@if [ -e $(RUN) ]; then \
		echo "$(RUN) is there already: going on with it (remove it to start anew)"; \
		$(BIN)/vilfredo search --resume --run $(RUN); \
	else \
		$(BIN)/vilfredo search digits --preset quick --run $(RUN); \
	fi
	$(BIN)/vilfredo deploy $(RUN) --budget 2m
	$(BIN)/vilfredo report $(RUN)
	@echo "Look at $(RUN)/report.html in a browser. The run is in $(RUN), the model in $(RUN)/model; read $(RUN)/model/README.md"

bench: $(VENV)/installed
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks $(BENCH) --json $(FIGURES)
	@echo "All figures, round by round: $(FIGURES)"

test: $(VENV)/installed-dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist worksteal

test-slow: $(VENV)/installed-dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -m slow

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist site src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/installed: pyproject.toml constraints.txt
	@echo "installing into $(VENV): almost 2 GB with all dependencies, a few minutes"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	@touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet -e '.[docs]'
	@touch $@
