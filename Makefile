# The two commands are `make lab` and `make test`; CONTRIBUTING.md tells what the others do.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(suitable)' 2>/dev/null && echo $$p && break; done)
suitable := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

python := .venv/bin/python
installed := .venv/installed
pytest := $(python) -m pytest

.PHONY: lab test test-browser test-all test-offline portability bench lint lessons html lock clean

lab: $(installed)
	$(python) -m dlcourse lab

test: $(installed)
	$(pytest) -n 2 --dist loadscope

# The students' notebooks, too, from top to bottom.
test-all: $(installed)
	$(pytest) -n 2 --dist loadscope dlcourse tests lessons

# The same with no network at all but this machine's own loopback (Linux).
test-offline: $(installed)
	unshare --map-root-user --net sh -c 'ip link set lo up && exec $(pytest) -n 2 --dist loadscope'

# The widgets in a real browser, with and without a kernel; needs a Chromium.
test-browser: $(installed)
	$(pytest) --override-ini addopts= tests/browser

portability: $(installed)
	$(python) tools/portability.py

bench: .venv/installed-bench
	$(python) -m benchmarks

lint: $(installed)
	$(python) -m ruff check .
	$(python) -m ruff format --check .

lessons: $(installed)
	$(python) tools/build_lessons.py

# The lessons as web pages with described figures, in build/html.
html: $(installed)
	$(python) -m nbconvert --to html --template lab_alt --output-dir build/html \
		--TemplateExporter.extra_template_basedirs=dlcourse/course/html_template lessons/*.ipynb

# Newest releases that pyproject.toml allows, the same on each supported Python where they exist.
lock:
	$(PYTHON) -m venv .venv/lock && .venv/lock/bin/python -m pip install --quiet uv
	.venv/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-annotate \
		--custom-compile-command 'make lock' \
		--extra test pyproject.toml --output-file requirements.lock
	sed -nE 's/^([a-z0-9-]+)==([^ ]+).*/s|- \1==.*|- \1==\2|/p' requirements.lock \
		| sed -f /dev/stdin environment.yml > .venv/environment.yml
	mv .venv/environment.yml environment.yml

clean:
	rm -rf .venv .pytest_cache .ruff_cache build dist *.egg-info

# The stamp goes first and comes back last: a set-up that was interrupted begins anew.
$(installed): requirements.lock pyproject.toml
	@"$(PYTHON)" -c '$(suitable)' 2>/dev/null || { \
		echo 'dlcourse needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=/path/to/python3.12'; \
		exit 1; }
	@echo 'Setting up .venv: a few minutes, once.'
	@test -f $@ || "$(PYTHON)" -m venv --clear .venv
	@rm -f $@ $@-bench
	$(python) -m pip install --quiet --require-hashes --requirement requirements.lock
	$(python) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(installed)-bench: $(installed)
	$(python) -m pip install --quiet --no-build-isolation --editable '.[bench]'
	@touch $@
