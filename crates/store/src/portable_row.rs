//! Rows of both engines.

use sqlx::error::BoxDynError;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use crate::column_type::ColumnType;

/// A type that is read from a row of either engine.
pub(super) trait PortableRow:
    for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin
{
}
impl<T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin> PortableRow for T {}

/// A row of one of the two engines.
pub(super) trait EngineRow: Row {
    /// The value of a column.
    fn read<T: ColumnType>(&self, column: &str) -> sqlx::Result<T>;

    /// The error about a column that holds what this program never writes. It names the row, unless its key is a digest.
    fn impossible(&self, column: &str, why: impl Into<BoxDynError>) -> sqlx::Error;
}

macro_rules! engine_rows {
    ($($row:ty),+) => { $(
        impl EngineRow for $row {
            fn read<T: ColumnType>(&self, column: &str) -> sqlx::Result<T> {
                T::of(self.try_get(column)?).map_err(|why| self.impossible(column, why))
            }

            fn impossible(&self, column: &str, why: impl Into<BoxDynError>) -> sqlx::Error {
                let id: String = self.try_get("id").unwrap_or_default();
                sqlx::Error::ColumnDecode { index: format!("{column} of the row {id:?}"), source: why.into() }
            }
        }
    )+ };
}
engine_rows!(PgRow, SqliteRow);
