//! `logpipe schema`: prints what a topology may hold.

use crate::exit::Exit;
use crate::topology::schema;
use crate::ui::Console;

use crate::cli::args::Schema;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe schema > topology.schema.json            for the first line of a topology:
                                                   # yaml-language-server: $schema=./topology.schema.json
  logpipe schema --markdown                        the reference, docs/topology-reference.md";

pub(crate) fn run(args: &Schema, console: &Console) -> Exit {
    let text = if args.markdown { schema::markdown() } else { schema::json() };
    console.data(text.trim_end());
    Exit::Done
}
