//! The types of values that are read from columns. [`Arg`](crate::arg::Arg) is their counterpart for writing.

use std::net::IpAddr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use sqlx::error::BoxDynError;
use sqlx::{Decode, Postgres, Sqlite, Type};

use crate::StoreError;
use protocol::{CodeEntry, Digest, Scope, Subject, Timestamp};

/// A type whose values a column can hold.
pub(super) trait ColumnType: Sized {
    /// The type of the column, which both drivers can read.
    type Stored: for<'r> Decode<'r, Postgres>
        + Type<Postgres>
        + for<'r> Decode<'r, Sqlite>
        + Type<Sqlite>
        + Send
        + Unpin;

    /// The value, unless this program never writes what the column holds.
    fn of(stored: Self::Stored) -> Result<Self, BoxDynError>;
}

/// The value of the only column of a row, if there is a row.
pub(super) fn only<T: ColumnType>(row: Option<(T::Stored,)>) -> Result<Option<T>, StoreError> {
    row.map(|(stored,)| T::of(stored))
        .transpose()
        .map_err(|why| sqlx::Error::ColumnDecode { index: "0".to_owned(), source: why }.into())
}

/// An object or a list, which the column holds as JSON.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> ColumnType for Json<T> {
    type Stored = String;

    fn of(stored: String) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(&stored)?))
    }
}

impl<T: ColumnType> ColumnType for Option<T> {
    type Stored = Option<T::Stored>;

    fn of(stored: Self::Stored) -> Result<Self, BoxDynError> {
        stored.map(T::of).transpose()
    }
}

macro_rules! column_types {
    ($($stored:ty, $value:ident => $type:ty: $read:expr;)+) => { $(
        impl ColumnType for $type {
            type Stored = $stored;

            fn of($value: $stored) -> Result<Self, BoxDynError> {
                $read
            }
        }
    )+ };
}

column_types! {
    bool, truth => bool: Ok(truth);
    i64, number => i64: Ok(number);
    i64, number => u32: Ok(number.try_into()?);
    i64, millis => Timestamp: Ok(Timestamp::from_millis(millis));
    i64, millis => Duration: Ok(Duration::from_millis(millis.try_into()?));
    String, text => String: Ok(text);
    String, text => Subject: Ok(Subject::new(text));
    String, text => Scope: text.parse().map_err(|_| "a malformed scope".into());
    String, text => IpAddr: Ok(text.parse()?);
    String, text => CodeEntry: CodeEntry::named(&text).ok_or_else(|| "an unknown entry".into());
    String, text => Vec<String>: Ok(text.split_ascii_whitespace().map(str::to_owned).collect());
    Vec<u8>, bytes => Vec<u8>: Ok(bytes);
    Vec<u8>, bytes => Digest: Digest::from_row(&bytes).ok_or_else(|| "a digest that is not 32 bytes".into());
}
