//! `logpipe schema`: prints what a topology may hold.

use crate::exit::Exit;
use crate::topology::schema;
use crate::ui::Console;

use super::args::Schema;

pub(crate) fn run(args: &Schema, console: &Console) -> Exit {
    let text = if args.markdown { schema::markdown() } else { schema::json() };
    console.data(text.trim_end());
    Exit::Done
}
