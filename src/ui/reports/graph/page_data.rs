//! What the page is drawn from. What is said alike of many accounts is written once, with a sign where the account's id,
//! its name and its region stand.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::json::checked;
use super::picture::Picture;
use super::words::{hop_lines, station_about, station_names, station_words};
use crate::address::{AccountName, Address, Region};
use crate::diagram::{Diagram, DrawnAccount, Hop, Station};
use crate::explain::{ExplainedPolicy, ExplainedStatement};
use crate::ui::reports::explain::{element, policy_title, questions};
use crate::ui::text::clean;

/// The signs in the place of an id, a name and a region; `page.js` has the same. Unicode leaves them to whoever uses them.
const ID: char = '\u{e000}';
const NAME: char = '\u{e001}';
const REGION: char = '\u{e002}';

pub(super) fn page_data(diagram: &Diagram, picture: &Picture) -> Value {
    let accounts = diagram.accounts.iter().enumerate();
    let mut page = PageData {
        diagram,
        accounts: accounts.map(|(at, account)| (&account.name, at)).collect(),
        templates: Vec::new(),
        known: BTreeMap::new(),
        policies: Vec::new(),
        of_address: BTreeMap::new(),
    };
    diagram.policies.policies.iter().for_each(|policy| page.policy(policy));
    let stations: Vec<Value> = diagram.stations.iter().map(|station| page.station(station)).collect();
    let hops: Vec<Value> = diagram.hops.iter().map(|hop| page.hop(hop)).collect();
    let mut places = vec![0; diagram.stations.len()];
    for (at, node) in picture.nodes.iter().enumerate() {
        node.stations.iter().for_each(|station| places[*station] = at);
    }
    let nodes = picture.nodes.iter().map(|node| {
        json!({
            "frame": node.frame,
            "column": node.column,
            "title": node.kind,
            "names": cleaned(&node.names),
            "about": cleaned(&node.about),
            "stations": node.stations,
        })
    });
    let arrows = picture.arrows.iter().map(|arrow| {
        json!({ "from": arrow.from, "to": arrow.to, "lines": cleaned(&arrow.lines), "hops": arrow.hops })
    });
    let frames = picture
        .frames
        .iter()
        .map(|frame| frame.accounts.iter().filter_map(|name| page.accounts.get(name)).collect::<Vec<_>>());
    json!({
        "live": diagram.live,
        "accounts": diagram.accounts.iter().map(|account| json!([account.name, account.id])).collect::<Vec<_>>(),
        "frames": frames.collect::<Vec<_>>(),
        "nodes": nodes.collect::<Vec<_>>(),
        "arrows": arrows.collect::<Vec<_>>(),
        "places": places,
        "stations": stations,
        "hops": hops,
        "policies": page.policies,
        "templates": page.templates,
    })
}

fn cleaned(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| clean(text)).collect()
}

/// The five questions about a statement, each with the answer in words and the element that gives it.
fn statement(statement: &ExplainedStatement) -> Value {
    let answers =
        questions(statement).map(|(question, answer)| json!([question, answer.words, element(answer)]));
    json!({ "sid": statement.sid, "answers": answers })
}

struct PageData<'d> {
    diagram: &'d Diagram,
    accounts: BTreeMap<&'d AccountName, usize>,
    templates: Vec<Value>,
    known: BTreeMap<String, usize>,
    policies: Vec<Value>,
    of_address: BTreeMap<&'d Address, Vec<usize>>,
}

impl<'d> PageData<'d> {
    fn policy(&mut self, policy: &'d ExplainedPolicy) {
        let Some(address) = &policy.address else { return };
        let account = self.accounts.get(&address.account).copied();
        let region = address.place.region();
        let statements: Vec<Value> = policy.statements.iter().map(statement).collect();
        let said = json!({ "title": policy_title(policy), "statements": statements });
        let template = self.template(account, region, &said);
        self.of_address.entry(address).or_default().push(self.policies.len());
        self.policies.push(json!([account, region, template]));
    }

    fn station(&mut self, station: &Station) -> Value {
        let account = self.accounts.get(&station.account).copied();
        let said = json!({
            "kind": station.kind.code(),
            "title": station_words(station),
            "names": station_names(station),
            "about": station_about(station),
        });
        let template = self.template(account, station.region.as_ref(), &said);
        json!([account, station.region, template])
    }

    fn hop(&mut self, hop: &'d Hop) -> Value {
        let diagram = self.diagram;
        let from = &diagram.stations[hop.from];
        let (account, region) = (self.accounts.get(&from.account).copied(), from.region.as_ref());
        let lines = self.template(account, region, &json!(hop_lines(&[hop])));
        let checks = hop.state.as_ref().map(|state| {
            let checks: Vec<Value> = state.checks.iter().map(checked).collect();
            self.template(account, region, &Value::from(checks))
        });
        let verdict = hop.state.as_ref().map(|state| state.verdict);
        let policies = diagram.rests_on(hop).into_iter().filter_map(|address| self.of_address.get(address));
        let policies: Vec<usize> = policies.flatten().copied().collect();
        json!([hop.from, hop.to, hop.kind.code(), lines, verdict, checks, policies])
    }

    /// Where a value is in the table, without whose it is.
    fn template(&mut self, account: Option<usize>, region: Option<&Region>, value: &Value) -> usize {
        let account = account.map(|at| &self.diagram.accounts[at]);
        let general = general(value, account, region);
        let (next, text) = (self.templates.len(), general.to_string());
        let at = *self.known.entry(text).or_insert(next);
        if at == next {
            self.templates.push(general);
        }
        at
    }
}

/// A value with signs in the place of whose it is. Each sign stands for one text, so that putting those back gives the
/// same value again.
fn general(value: &Value, account: Option<&DrawnAccount>, region: Option<&Region>) -> Value {
    match value {
        Value::String(text) => {
            let mut text = clean(text).replace([ID, NAME, REGION], "\u{fffd}");
            if let Some(account) = account {
                if let Some(id) = &account.id {
                    text = text.replace(id.as_str(), ID.encode_utf8(&mut [0; 4]));
                }
                text = text.replace(account.name.as_str(), NAME.encode_utf8(&mut [0; 4]));
            }
            if let Some(region) = region {
                text = text.replace(region.as_str(), REGION.encode_utf8(&mut [0; 4]));
            }
            Value::String(text)
        }
        Value::Array(items) => items.iter().map(|item| general(item, account, region)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, item)| (clean(key), general(item, account, region)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}
