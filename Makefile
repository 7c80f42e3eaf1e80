# Short names for the usual steps; the work is done by CMake (CMakePresets.json) and scripts/.
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
# The Debian 13 that `make bench` measures in beside this system; empty: in none.
DEBIAN13 ?= $(shell . /etc/os-release; [ "$$VERSION_ID" = 13 ] || echo build-debian/trixie)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup build test demo test-debian13 bench bench-ready format tidy cppcheck lint sanitize sanitize-light sanitize-threads fuzz clean install

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup:  ## Install what the build needs (Debian 12 or 13)
	@scripts/setup

build: build/release/build.ninja  ## Build the library and build/release/cli/belamy
	cmake --build --preset release --parallel $(JOBS)

build/release/build.ninja: CMakePresets.json
	cmake --preset release

test: setup build  ## Build and run every test
	ctest --preset release --parallel $(JOBS)

demo: setup build  ## Build, train on MNIST, draw a grid of digits
	@scripts/demo

test-debian13:  ## Run `make test` in a Debian 13 of its own, below build-debian/ (as root)
	scripts/debian-root trixie make test

bench: bench-ready  ## Belamy beside PyTorch, here and in a Debian 13 (as root; DEBIAN13= for here alone)
ifneq ($(DEBIAN13),)
	BELAMY_DEBIAN_ROOT="$(abspath $(DEBIAN13))" scripts/debian-root trixie make bench-ready
endif
	bench/compare.py $(if $(DEBIAN13),--debian13 "$(DEBIAN13)") $(BENCH)

bench-ready: setup build/release/build.ninja  ## Install and build what `make bench` measures on this Debian
	@scripts/setup bench demo
	cmake --build --preset release --parallel $(JOBS) --target belamy_command
	cmake -S bench/peers -B build/peers -G Ninja
	cmake --build build/peers
	build/release/cli/belamy data fetch mnist

format:  ## Format every source file
	@scripts/setup dev
	git ls-files -z '*.h' '*.cpp' | xargs -0 clang-format -i

tidy:  ## Check every source file with clang-tidy
	@scripts/setup dev fuzz
	cmake --preset tidy
	run-clang-tidy -quiet -p build/tidy -j $(JOBS) '^$(CURDIR)/(belamy|cli)/'

cppcheck:  ## Check every source file with cppcheck, which takes a minute
	@scripts/setup dev
	cppcheck --enable=warning,performance,portability --inline-suppr --std=c++20 --language=c++ \
	  --suppressions-list=.cppcheck-suppressions --suppress=missingInclude --error-exitcode=1 \
	  --template='{file}:{line}: {severity}: {message} [{id}]' --quiet -j $(JOBS) -I . belamy cli

lint: tidy cppcheck  ## clang-tidy, then cppcheck

sanitize:  ## Build and run every test under AddressSanitizer and UndefinedBehaviorSanitizer
	@scripts/setup
	cmake --preset asan
	cmake --build --preset asan --parallel $(JOBS)
	ctest --preset asan --parallel $(JOBS)

sanitize-light:  ## The same for parsers and what else needs no LibTorch, but for kernels
	@scripts/setup
	cmake --preset asan
	cmake --build --preset asan --parallel $(JOBS) --target belamy_light_tests
	ctest --preset asan --parallel $(JOBS) --tests-regex '^belamy_light_tests'

# Archer tells the sanitizer where OpenMP's threads wait for one another. What is not built by us
# (cairo, zlib, libomp itself) cannot be followed, and would be reported for locks nobody sees:
# docs/reliability.md, "How it is looked for".
sanitize-threads:  ## Run the tests of threads and kernels under ThreadSanitizer
	@scripts/setup build fuzz
	cmake --preset tsan
	cmake --build --preset tsan --parallel $(JOBS)
	for program in light kernel; do \
	  OMP_NUM_THREADS=2 OMP_TOOL_LIBRARIES="$$(clang -print-resource-dir)/../../libarcher.so" \
	    TSAN_OPTIONS=ignore_noninstrumented_modules=1 build/tsan/tests/belamy_$${program}_tests || exit; \
	done

fuzz:  ## Fuzz every parser of outside bytes, FUZZ_SECONDS (60) each
	@scripts/setup build fuzz
	cmake --preset fuzz
	cmake --build --preset fuzz --parallel $(JOBS)
	scripts/fuzz

clean:  ## Delete what was built; runs/ and build-debian/ stay
	rm -rf build

install: build  ## Install below PREFIX, /usr/local unless told
	cmake --install build/release --prefix "$(PREFIX)"
