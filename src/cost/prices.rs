//! The one table of prices: embedded, dated, each price with its source, and open to being overridden.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::item::Item;
use crate::address::Region;

const EMBEDDED: &str = include_str!("prices.json");

/// A price.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// US dollars, for as much as [`Item::per`] says.
    pub usd: f64,
    /// Where it is from.
    pub source: String,
    /// When it was so, as far as the source says.
    pub date: String,
}

/// Prices by region and item; what is missing is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Prices {
    /// The day on which the table was last looked through.
    pub dated: String,
    known: BTreeMap<(Region, Item), Price>,
}

/// Why a table of prices cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadPrices {
    /// It does not have the right form.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// It has another format.
    #[error("`format` is {0}, but only 1 is supported")]
    Format(u32),
    /// Something that is not a region.
    #[error("`{0}` is not a region")]
    Region(String),
    /// Something that is not an item.
    #[error("{region} has the unknown item `{item}`: the items are {known}", known = known_items())]
    Item {
        /// In which region.
        region: String,
        /// What it is called.
        item: String,
    },
    /// Something that is not a price.
    #[error("{region} has {item} at {usd}, but a price must be a number from 0")]
    Price {
        /// In which region.
        region: String,
        /// Of what.
        item: Item,
        /// The number.
        usd: f64,
    },
}

fn known_items() -> String {
    let plain = Item::PLAIN.iter().map(ToString::to_string);
    let by_class = ["s3_storage.<class>", "s3_transition.<class>"].map(str::to_owned);
    plain.chain(by_class).collect::<Vec<_>>().join(", ")
}

/// The table as a file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    format: u32,
    dated: String,
    regions: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// A price, or the word `unknown`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Known(Price),
    Unknown(Unknown),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unknown {
    Unknown,
}

impl Prices {
    /// The table that comes with logpipe.
    ///
    /// # Errors
    /// Never, as a test sees to.
    pub fn embedded() -> Result<Self, BadPrices> {
        Self::read(EMBEDDED)
    }

    /// A table as a file has it.
    ///
    /// # Errors
    /// [`BadPrices`]
    pub fn read(text: &str) -> Result<Self, BadPrices> {
        let table: Table = serde_json::from_str(text)?;
        if table.format != 1 {
            return Err(BadPrices::Format(table.format));
        }
        let mut known = BTreeMap::new();
        for (region, items) in table.regions {
            let place: Region = region.parse().map_err(|_| BadPrices::Region(region.clone()))?;
            for (item, entry) in items {
                let Ok(item) = item.parse::<Item>() else { return Err(BadPrices::Item { region, item }) };
                let Entry::Known(price) = entry else { continue };
                if !price.usd.is_finite() || price.usd < 0.0 {
                    return Err(BadPrices::Price { region, item, usd: price.usd });
                }
                known.insert((place.clone(), item), price);
            }
        }
        Ok(Self { dated: table.dated, known })
    }

    /// These prices, and in their place those of another table where it has any.
    #[must_use]
    pub fn overridden(mut self, other: Self) -> Self {
        self.known.extend(other.known);
        self.dated = other.dated;
        self
    }

    /// A region in which an item has a known price, with that.
    pub(super) fn elsewhere(&self, item: &Item) -> Option<(&Region, &Price)> {
        self.known.iter().find(|((_, other), _)| other == item).map(|((region, _), price)| (region, price))
    }

    /// The price of an item in a region, if it is known.
    pub fn of(&self, region: &Region, item: &Item) -> Option<&Price> {
        self.known.get(&(region.clone(), item.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Region {
        text.parse().unwrap()
    }

    #[test]
    fn every_embedded_price_has_a_source_and_a_date() {
        let prices = Prices::embedded().unwrap();
        assert!(prices.known.len() > 20);
        for ((region, item), price) in &prices.known {
            assert!(price.source.len() > 10 && !price.date.is_empty(), "{region} {item}");
        }
        let of = |place, item| prices.of(&region(place), &item).map(|price| price.usd);
        assert_eq!(of("us-east-1", Item::LogsIngestion), Some(0.50));
        assert_eq!(of("ap-northeast-1", Item::LogsIngestion), Some(0.76));
        assert_eq!(of("eu-west-1", Item::LogsIngestion), Some(0.57));
        // Not sourced, so not guessed.
        assert_eq!(of("ap-northeast-1", Item::FirehoseIngestion), None);
    }

    #[test]
    fn a_table_of_the_users_own_goes_before_the_embedded_one() {
        let own = r#"{"format":1,"dated":"2027-01-01","regions":{"us-east-1":{"logs_ingestion":{"usd":0.1,"source":"contract","date":"2027"}}}}"#;
        let prices = Prices::embedded().unwrap().overridden(Prices::read(own).unwrap());
        let of = |item| prices.of(&region("us-east-1"), &item).map(|price| price.usd);
        assert_eq!((of(Item::LogsIngestion), of(Item::LogsStorage)), (Some(0.1), Some(0.03)));
        assert_eq!(prices.dated, "2027-01-01");
    }

    #[test]
    fn what_is_no_table_is_refused_with_the_reason() {
        let check = |regions: &str, part: &str| {
            let text = format!(r#"{{"format":1,"dated":"","regions":{{{regions}}}}}"#);
            let error = Prices::read(&text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        };
        let price = r#"{"usd":1,"source":"","date":""}"#;
        check(&format!(r#""tokyo":{{"s3_put":{price}}}"#), "not a region");
        check(&format!(r#""us-east-1":{{"s3_puts":{price}}}"#), "the items are logs_ingestion,");
        check(r#""us-east-1":{"s3_put":{"usd":-1,"source":"","date":""}}"#, "from 0");
        check(r#""us-east-1":{"s3_put":"free"}"#, "did not match");
        assert!(matches!(Prices::read(r#"{"format":2,"dated":"","regions":{}}"#), Err(BadPrices::Format(2))));
    }
}
