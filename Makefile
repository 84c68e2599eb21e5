# grantd: what there is to do. Type `make`.

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Sign a device in, from beginning to end, with nothing configured
	cargo run --release -- demo

test: ## Check everything, on SQLite and on Postgres; installs what that needs
	@tests/run

bench: ## Measure what a waiting device costs, in ratios within one run
	cargo bench

lint: ## Formatting, clippy with warnings denied, one crypto library
	@tests/run fmt clippy crypto

docs: ## Build the documentation, warnings denied; it begins at target/doc/grantd/index.html
	@tests/run doc

.PHONY: help demo test bench lint docs
