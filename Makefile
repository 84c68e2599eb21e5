# grantd: what there is to do. Type `make`.

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Sign a device in, from beginning to end, with nothing configured
	cargo run --release -- demo

test: ## Check everything, on SQLite and on Postgres; installs what that needs
	@tests/run

soak: ## Run the races for long, on both engines: half an hour on two cores
	@tests/run soak

bench: ## Measure what a waiting device and a stranger cost, in ratios within one run
	cargo bench

lint: ## Formatting, clippy with warnings denied, one crypto library
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	@tests/run crypto

docs: ## Build the documentation, warnings denied; it begins at target/doc/grantd/index.html
	@tests/run doc

conformance: ## Write docs/conformance.md anew, from what the tests say they prove
	GRANTD_TEST_WRITE_PAGES=1 cargo test --locked --test conformance

screenshots: ## Take the pictures in docs/screenshots anew; needs chromedriver
	GRANTD_TEST_CHROMEDRIVER=$$(command -v chromedriver) cargo test --locked --test suite -- --ignored screenshots::

.PHONY: help demo test soak bench lint docs conformance screenshots
