//! Filters of a listing: all of them must hold, each by any of its values.

use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;

/// The filters of a request.
#[derive(Debug, Default)]
pub(super) struct Filters<'a>(Vec<(&'a str, Vec<&'a str>)>);

impl<'a> Filters<'a> {
    /// Reads `Filter.1.Name`, `Filter.1.Value.1`, … and refuses names that the listing does not have.
    pub(super) fn of(form: &'a Parameters, known: impl Fn(&str) -> bool) -> Result<Self, Fault> {
        let filter = |index: usize| {
            let name = form.get(&format!("Filter.{index}.Name"))?;
            Some((name, form.numbered(&format!("Filter.{index}.Value"))))
        };
        let filters: Vec<(&str, Vec<&str>)> = (1..).map_while(filter).collect();
        for (name, values) in &filters {
            if !known(name) {
                let text = format!("The filter '{name}' is invalid");
                return Err(Fault::invalid("InvalidParameterValue", text));
            }
            if values.iter().any(|value| value.contains(['*', '?'])) {
                return Err(Fault::not_simulated("ec2", "filters with wildcards"));
            }
        }
        Ok(Self(filters))
    }

    /// Whether something passes, whose values by the name of a filter are these.
    pub(super) fn pass(&self, values: impl Fn(&str) -> Vec<String>) -> bool {
        self.0.iter().all(|(name, wanted)| {
            values(name).iter().any(|value| wanted.iter().any(|wanted| wanted == value))
        })
    }
}
