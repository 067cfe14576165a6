//! Reading and writing the bodies of services that speak Smithy RPC v2 CBOR.
//!
//! What is read becomes JSON, of which these bodies hold nothing more; what is written knows times apart.

use minicbor::data::{IanaTag, Type};
use minicbor::decode::Error;
use minicbor::{Decoder, Encoder};
use serde_json::{Map, Number, Value};

/// How deep a body may be nested.
const DEEPEST: usize = 64;

/// Something to write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A whole number, where the model has one.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A time, in seconds since 1970.
    Time(f64),
    /// Several.
    List(Vec<Item>),
    /// Members by their names.
    Map(Vec<(&'static str, Item)>),
}

impl Item {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The same as JSON, in which a time is the number of its seconds.
    pub(crate) fn as_json(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Whole(number) => (*number).into(),
            Self::Number(number) | Self::Time(number) => (*number).into(),
            Self::List(items) => items.iter().map(Self::as_json).collect(),
            Self::Map(members) => {
                let members = members.iter().map(|(name, item)| ((*name).to_owned(), item.as_json()));
                Value::Object(members.collect())
            }
        }
    }

    /// The bytes of it.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new());
        // Writing into a vector cannot fail.
        self.write(&mut encoder).expect("a vector takes everything");
        encoder.into_writer()
    }

    fn write(
        &self,
        encoder: &mut Encoder<Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        match self {
            Self::Text(text) => encoder.str(text)?,
            Self::Flag(flag) => encoder.bool(*flag)?,
            Self::Whole(number) => encoder.i64(*number)?,
            Self::Number(number) => encoder.f64(*number)?,
            Self::Time(seconds) => encoder.tag(IanaTag::Timestamp)?.f64(*seconds)?,
            Self::List(items) => {
                encoder.array(items.len() as u64)?;
                return items.iter().try_for_each(|item| item.write(encoder));
            }
            Self::Map(members) => {
                encoder.map(members.len() as u64)?;
                return members.iter().try_for_each(|(name, item)| {
                    encoder.str(name)?;
                    item.write(encoder)
                });
            }
        };
        Ok(())
    }
}

/// Reads a body. Times become the number of seconds since 1970.
pub(crate) fn decoded(body: &[u8]) -> Result<Value, Error> {
    value(&mut Decoder::new(body), DEEPEST)
}

fn value(decoder: &mut Decoder<'_>, deeper: usize) -> Result<Value, Error> {
    let deeper = deeper.checked_sub(1).ok_or_else(|| Error::message("nested too deeply"))?;
    Ok(match decoder.datatype()? {
        Type::Bool => Value::Bool(decoder.bool()?),
        Type::Null => decoder.null().map(|()| Value::Null)?,
        Type::Undefined => decoder.undefined().map(|()| Value::Null)?,
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => decoder.u64()?.into(),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => decoder.i64()?.into(),
        Type::F16 | Type::F32 | Type::F64 => {
            Number::from_f64(decoder.f64()?).map_or(Value::Null, Value::Number)
        }
        Type::String | Type::StringIndef => decoder.str_iter()?.collect::<Result<String, _>>()?.into(),
        Type::Tag => {
            decoder.tag()?;
            value(decoder, deeper)?
        }
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array()?;
            let mut items = Vec::new();
            while more(decoder, length, items.len())? {
                items.push(value(decoder, deeper)?);
            }
            Value::Array(items)
        }
        Type::Map | Type::MapIndef => {
            let length = decoder.map()?;
            let mut members = Map::new();
            let mut read = 0;
            while more(decoder, length, read)? {
                let name = decoder.str()?.to_owned();
                members.insert(name, value(decoder, deeper)?);
                read += 1;
            }
            Value::Object(members)
        }
        other => return Err(Error::message(format!("{other} has no place in a request"))),
    })
}

/// Whether another item of a list or map follows, whose length may be known beforehand or marked by its end.
fn more(decoder: &mut Decoder<'_>, length: Option<u64>, read: usize) -> Result<bool, Error> {
    match length {
        Some(length) => Ok((read as u64) < length),
        None if decoder.datatype()? == Type::Break => decoder.skip().map(|()| false),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let item = Item::Map(vec![
            ("Id", Item::text("a")),
            ("Timestamps", Item::List(vec![Item::Time(1_767_225_600.0)])),
            ("Values", Item::List(vec![Item::Number(1.5)])),
        ]);
        let expect = json!({ "Id": "a", "Timestamps": [1_767_225_600.0], "Values": [1.5] });
        assert_eq!(decoded(&item.encoded()).unwrap(), expect);
        assert_eq!(item.as_json(), expect);
    }

    #[test]
    fn lists_and_maps_may_be_open_ended() {
        let mut encoder = Encoder::new(Vec::new());
        encoder.begin_map().unwrap().str("a").unwrap();
        encoder.begin_array().unwrap().u8(1).unwrap().i8(-1).unwrap().end().unwrap().end().unwrap();
        assert_eq!(decoded(&encoder.into_writer()).unwrap(), json!({ "a": [1, -1] }));
    }

    #[test]
    fn what_is_no_cbor_is_refused() {
        for body in [&b""[..], b"\xa1", b"\xff", &[0x81; 200]] {
            assert!(decoded(body).is_err(), "{body:?}");
        }
    }
}
