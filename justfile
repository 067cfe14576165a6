# Shows what there is.
default:
    @just --list

# What CI runs.
check:
    bash .ci/run

# The tests, in less output.
test *arguments:
    cargo test --locked --quiet {{arguments}}

# The whole job in a simulated AWS: a delivered log line without an account.
sandbox topology="topologies/quickstart.yaml":
    cargo run --locked --quiet -- apply {{topology}} --sandbox --yes --verify

# Plays so many schedules of kills, faults and changes in a simulated AWS (docs/reliability.md).
simulate schedules="500" seed="1":
    LOGPIPE_SCHEDULES={{schedules}} LOGPIPE_SEED={{seed}} cargo test --locked -p logpipe --profile simulation --no-default-features --features sandbox --test it -- simulation:: --nocapture

# Kills the binary so often over real connections, and stops it so often for longer than its lease (docs/reliability.md).
processes kills="1000" stops="200":
    LOGPIPE_PROCESS_KILLS={{kills}} LOGPIPE_STOPS={{stops}} cargo test --locked --test it -- processes:: --nocapture

# What a change costs until its tests have run, on this machine.
loop:
    bash benches/loop.sh

# The figures of docs/performance.md, on this machine.
figures:
    bash benches/figures.sh

# The JSON Schema beside the topologies and the reference in docs/, from the tables in src/topology/keys/.
schema:
    cargo run --locked --quiet -- schema > topologies/topology.schema.json
    cargo run --locked --quiet -- schema --markdown > docs/topology-reference.md
