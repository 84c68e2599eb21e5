# syntax=docker/dockerfile:1

# grantd as an image: the binary, a C library, certificates, and no shell.
#
#   docker build -t grantd .
#   docker run --read-only --memory 1g -p 127.0.0.1:8080:8080 -v grantd:/var/lib/grantd grantd
#
# --memory: 30 MiB at rest, some tens of KiB for each connection, and 19 MiB for each core while people log in
# (passwords.concurrency times passwords.memory_kib).
#
# The binary is linked against glibc, so builder and runtime come from the same Debian release.

FROM rust:1.95-bookworm AS build
WORKDIR /src
# The dependencies are a layer of their own: downloaded again only when a manifest or Cargo.lock changes. Cargo does not accept a
# manifest whose library has no root, hence the empty ones.
COPY Cargo.toml Cargo.lock ./
COPY crates/auditor/Cargo.toml crates/auditor/
COPY crates/database-url/Cargo.toml crates/database-url/
COPY crates/device/Cargo.toml crates/device/
COPY crates/private-file/Cargo.toml crates/private-file/
COPY crates/protocol/Cargo.toml crates/protocol/
COPY crates/settings/Cargo.toml crates/settings/
COPY crates/store/Cargo.toml crates/store/
COPY crates/testkit/Cargo.toml crates/testkit/
COPY crates/words/Cargo.toml crates/words/
RUN for package in . crates/*; do mkdir -p "$package/src" && touch "$package/src/lib.rs"; done \
    && cargo fetch --locked --target "$(rustc --print host-tuple)"
COPY . .
# The cache keeps compiled dependencies from one build to the next on the same builder; without it the build is slower
# and the same. Cargo believes modification times, and those in a build context can be older than the cache: touched
# roots make sure that our own crates are compiled from what was copied.
RUN --mount=type=cache,target=/src/target \
    touch src/lib.rs src/main.rs crates/*/src/lib.rs migrations/list.rs \
    && cargo build --locked --offline --profile dist --bin grantd \
    && cp target/dist/grantd /grantd \
    && mkdir /data /etc-grantd \
    && echo '# Mount a folder with a grantd.toml of your own here.' >/etc-grantd/grantd.toml

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /grantd /usr/bin/grantd
# What every command reads, the health check among them, unless `--config` names another file. It changes nothing by itself.
COPY --from=build /etc-grantd /etc/grantd
ENV GRANTD_CONFIG=/etc/grantd/grantd.toml
# An empty folder, so that a new volume belongs to the user of the server. A folder of the host that is mounted here
# instead has to belong to 65532 by itself.
COPY --from=build --chown=65532:65532 /data /var/lib/grantd
USER 65532:65532
# The one place that is written to. It is also the working folder: the default database is ./grantd-data.
VOLUME /var/lib/grantd
WORKDIR /var/lib/grantd
# Loopback would be the container's own. Which address of the host it is, `-p` says. IPv6 and IPv4, or the one of them that
# there is. A variable, so that it holds for every configuration file that is mounted, and for the health check, which
# reads the same settings.
ENV GRANTD__LISTEN__ADDRESS=[::]:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["/usr/bin/grantd", "health"]
ENTRYPOINT ["/usr/bin/grantd"]
CMD ["serve"]
