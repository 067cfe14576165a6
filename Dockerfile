# logpipe alone, as a static binary: `docker build -t logpipe .`, then see docs/install.md.
FROM rust:1.95-alpine AS build
WORKDIR /logpipe
COPY . .
# The commit that `logpipe version` tells.
ARG LOGPIPE_COMMIT=
RUN cargo build --release --locked --bin logpipe

# With the certificates of public authorities, and no shell.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /logpipe/target/release/logpipe /usr/bin/logpipe
COPY --from=build /logpipe/LICENSE-APACHE /logpipe/LICENSE-MIT /usr/share/doc/logpipe/
COPY --from=build /logpipe/topologies /usr/share/doc/logpipe/examples
WORKDIR /work
ENTRYPOINT ["/usr/bin/logpipe"]
CMD ["--help"]
