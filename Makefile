# What there is to do with grantd. `make` lists it.

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Sign a device in, with nothing configured
	cargo run --release -- demo

check: ## For every commit: formatting, clippy, unit tests and the suite on SQLite
	@GRANTD_SKIP_BROWSER=1 tests/run fmt clippy sqlite

test: ## Before a push: everything, on SQLite and on Postgres; installs what that needs
	@tests/run

soak: ## Run the races for half an hour, on both engines
	@tests/run soak

bench: ## Measure each kind of request beside its ceiling, and what strangers cost, as ratios within one run
	cargo build --release --locked
	GRANTD_BENCH_PROGRAM=target/release/grantd cargo bench --locked

lint: ## Formatting, clippy with warnings denied, one crypto library
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	@tests/run crypto

docs: ## Build the documentation with warnings denied; it begins at target/doc/grantd/index.html
	@tests/run doc

conformance: ## Write docs/conformance.md from the `Proves:` lines of the tests, and tests/suite/snapshots
	GRANTD_TEST_WRITE_PAGES=1 cargo test --locked --test conformance
	GRANTD_TEST_WRITE_PAGES=1 cargo test --locked --test suite -- snapshots::

screenshots: ## Take the pictures in docs/screenshots again; needs chromedriver
	GRANTD_TEST_CHROMEDRIVER=$$(command -v chromedriver) cargo test --locked --test suite -- --ignored screenshots::

.PHONY: help demo check test soak bench lint docs conformance screenshots
