//! `logpipe graph`: the way of the logs, or what each resource needs, as a picture. Calls nothing, unless it is to show what is
//! in the accounts.

use crate::diagram::diagram;
use crate::engine::Drawn;
use crate::exit::Exit;
use crate::explain::{AccountNames, of_graph};
use crate::graph::{Lifecycle, declared};
use crate::plan::sound;
use crate::ui::{Drawing, Form, GraphReport, View};

use crate::cli::answer::error::CommandError;
use crate::cli::args::{Graph, GraphForm, GraphView};
use crate::cli::run::CommandContext;
use crate::cli::session::{Session, read_topology};

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe graph topology.yaml                      the way of the logs, account by account
  logpipe graph --view resources                   every resource, what it needs, and why
  logpipe graph --format html > logs.html          a page: finds an account, shows the policies of each hop
  logpipe graph --live --format html > logs.html   with how each hop is found to be
  logpipe graph --format svg > logs.svg            a drawing
  logpipe graph --format dot | dot -Tpng > logs.png
  logpipe graph --output markdown                  a diagram for a pull request, as GitHub draws it
  logpipe graph --output json | jq -r '.hops[].means[].name'";

pub(crate) fn run(args: &Graph, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    args.reach.unused("--live").map_err(CommandError::Usage)?;
    let drawing = drawing(args, common.form())?;
    let topology = read_topology(args.topology.path(), environment, common)?;
    let graph = sound(declared(&topology))?;
    let policies = of_graph(&graph, &AccountNames::of(topology.account_ids()), None);
    let diagram = diagram(&topology, &graph, &Lifecycle::default(), policies);
    let report = GraphReport { diagram: &diagram, view: view(args), drawing, skipped: &[] };
    context.presenter().give(&report);
    Ok(Exit::Done)
}

/// With what is in the accounts.
pub(crate) async fn run_live(session: &Session, args: &Graph) -> Result<Exit, CommandError> {
    let drawing = drawing(args, session.presenter.form())?;

    let Drawn { diagram, skipped } = session.engine.graph(args.reach.unreachable()).await?;

    let report = GraphReport { diagram: &diagram, view: view(args), drawing, skipped: &skipped };
    session.presenter.give(&report);
    Ok(if skipped.is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn view(args: &Graph) -> View {
    match args.view {
        GraphView::Route => View::Route,
        GraphView::Resources => View::Resources,
    }
}

/// How it is drawn for people. Programs get data instead, so both flags together mean nothing.
fn drawing(args: &Graph, output: Form) -> Result<Drawing, CommandError> {
    if args.format.is_some() && output != Form::Human {
        let message = "--format and --output ask for different forms: leave one of them out";
        return Err(CommandError::Usage(message.to_owned()));
    }
    if args.format == Some(GraphForm::Html) && args.view == GraphView::Resources {
        let message =
            "--format html draws the route alone: leave out --view resources, or ask for --format svg";
        return Err(CommandError::Usage(message.to_owned()));
    }
    Ok(match args.format {
        None | Some(GraphForm::Text) => Drawing::Text,
        Some(GraphForm::Mermaid) => Drawing::Mermaid,
        Some(GraphForm::Dot) => Drawing::Dot,
        Some(GraphForm::Svg) => Drawing::Svg,
        Some(GraphForm::Html) => Drawing::Html,
    })
}
