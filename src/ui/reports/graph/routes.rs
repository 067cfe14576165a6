//! The way of the log lines as a picture: accounts that are alike in one frame, and in a frame what differs only in its
//! region or its shard as one node.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::frames::{Frames, owner};
use super::picture::{Arrow, Node, Picture};
use super::words::{hop_lines, station_about, station_names, station_words};
use crate::address::{AccountName, Key};
use crate::diagram::{Diagram, DrawnAccount, Hop, HopKind, MeansKind, Station, StationKind, worst};

/// More streams beside each other than this are drawn as one.
const MOST_STREAMS: usize = 4;

/// The stations of each account, and the hops that start in it, by their places.
type OfAccount<'d> = BTreeMap<&'d AccountName, (Vec<usize>, Vec<usize>)>;

pub(super) fn routes(diagram: &Diagram, each: bool) -> Picture {
    let mut contents = OfAccount::new();
    for (at, station) in diagram.stations.iter().enumerate() {
        contents.entry(&station.account).or_default().0.push(at);
    }
    for (at, hop) in diagram.hops.iter().enumerate() {
        contents.entry(&diagram.stations[hop.from].account).or_default().1.push(at);
    }
    let frames = Frames::of(diagram, each, |account| match contents.get(&account.name) {
        Some((stations, hops)) => said(diagram, stations, hops),
        None => Value::Null,
    });
    Drawn { diagram, each, crowded: crowded(diagram), picture: Picture::default(), keys: BTreeMap::new() }
        .drawn(frames)
}

/// What is said of an account, but for whose it is and by way of which shard it sends.
fn said(diagram: &Diagram, stations: &[usize], hops: &[usize]) -> Value {
    let stations = stations.iter().map(|at| {
        let station = &diagram.stations[*at];
        json!([station.region, general(station)])
    });
    let hops = hops.iter().map(|at| {
        let hop = &diagram.hops[*at];
        let means = hop.means.iter().filter(|means| means.kind != MeansKind::AccessPolicy);
        let means: Vec<Value> = means.map(|means| json!([means.kind.code(), means.name])).collect();
        let (from, to) = (&diagram.stations[hop.from], &diagram.stations[hop.to]);
        let elsewhere = (to.account != from.account).then_some(&to.account);
        let verdict = hop.state.as_ref().map(|state| state.verdict);
        json!([hop.kind.code(), hop.pattern, means, general(from), elsewhere, end(to), verdict])
    });
    json!([stations.collect::<Vec<_>>(), hops.collect::<Vec<_>>()])
}

/// Where a hop ends, whichever shard that is.
fn end(station: &Station) -> Value {
    match &station.kind {
        StationKind::Destination { destination, .. } => json!(destination),
        _ => general(station),
    }
}

/// A station without its account and region.
fn general(station: &Station) -> Value {
    match &station.kind {
        StationKind::LogGroups { source, groups, patterns, excluded, whole_account } => {
            json!(["log_groups", source, groups, patterns, excluded, whole_account])
        }
        kind => json!([kind.code(), station.name]),
    }
}

/// The destinations with more streams than are drawn one by one.
fn crowded(diagram: &Diagram) -> Vec<&Key> {
    let mut streams: BTreeMap<&Key, usize> = BTreeMap::new();
    for station in &diagram.stations {
        if let StationKind::Stream { destination } = &station.kind {
            *streams.entry(destination).or_default() += 1;
        }
    }
    streams.into_iter().filter(|(_, number)| *number > MOST_STREAMS).map(|(key, _)| key).collect()
}

struct Drawn<'d> {
    diagram: &'d Diagram,
    each: bool,
    crowded: Vec<&'d Key>,
    picture: Picture,
    keys: BTreeMap<(usize, String), usize>,
}

impl<'d> Drawn<'d> {
    fn drawn(mut self, frames: Frames<'d>) -> Picture {
        let ids: BTreeMap<&AccountName, &DrawnAccount> =
            self.diagram.accounts.iter().map(|account| (&account.name, account)).collect();
        let mut places = Vec::with_capacity(self.diagram.stations.len());
        let mut regions: Vec<Vec<String>> = Vec::new();
        for (place, station) in self.diagram.stations.iter().enumerate() {
            let frame = frames.at(&station.account);
            let key = ids
                .get(&station.account)
                .map_or_else(String::new, |account| owner(account).general(&self.key(station)));
            let next = self.picture.nodes.len();
            let at = *self.keys.entry((frame, key)).or_insert(next);
            if at == next {
                self.picture.nodes.push(node(station, frame));
                regions.push(Vec::new());
            } else if !matches!(station.kind, StationKind::LogGroups { .. }) {
                let names = &mut self.picture.nodes[at].names;
                if !names.contains(&station.name) {
                    names.push(station.name.clone());
                }
            }
            let region = station.region.iter().map(ToString::to_string);
            for region in region {
                if !regions[at].contains(&region) {
                    regions[at].push(region);
                }
            }
            self.picture.nodes[at].stations.push(place);
            places.push(at);
        }
        for (node, regions) in self.picture.nodes.iter_mut().zip(regions) {
            if !regions.is_empty() {
                node.about.push(regions.join(", "));
            }
        }
        self.arrows(&places);
        self.picture.frames = frames.all;
        self.picture.in_order()
    }

    /// What is drawn as one node in a frame.
    fn key(&self, station: &Station) -> Value {
        if self.each {
            return json!([station.region, general(station), station.name]);
        }
        match &station.kind {
            StationKind::Destination { destination, .. } | StationKind::Stream { destination }
                if self.crowded.contains(&destination) =>
            {
                json!([station.kind.code(), destination])
            }
            StationKind::Destination { destination, stream } => json!(["destination", destination, stream]),
            _ => general(station),
        }
    }

    /// Hops of one kind between the same nodes are one arrow.
    fn arrows(&mut self, places: &[usize]) {
        let mut alike: BTreeMap<(usize, usize, HopKind, &str), Vec<usize>> = BTreeMap::new();
        for (at, hop) in self.diagram.hops.iter().enumerate() {
            let key = (places[hop.from], places[hop.to], hop.kind, hop.pattern.as_str());
            alike.entry(key).or_default().push(at);
        }
        for ((from, to, ..), places) in alike {
            let hops: Vec<&Hop> = places.iter().map(|at| &self.diagram.hops[*at]).collect();
            let verdict = worst(hops.iter().filter_map(|hop| Some(hop.state.as_ref()?.verdict)));
            self.picture.arrows.push(Arrow { from, to, lines: hop_lines(&hops), verdict, hops: places });
        }
    }
}

fn node(station: &Station, frame: usize) -> Node {
    let column = match station.kind {
        StationKind::Agent => 0,
        StationKind::LogGroups { .. } | StationKind::ReaderRole => 1,
        StationKind::Destination { .. } | StationKind::Reader => 2,
        StationKind::Stream { .. } => 3,
        StationKind::Bucket { .. } => 4,
    };
    Node {
        frame,
        column,
        kind: station_words(station).to_owned(),
        names: station_names(station),
        about: station_about(station),
        absent: false,
        stations: Vec::new(),
    }
}
