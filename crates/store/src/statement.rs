//! Declares statements and rows: each statement is listed so that a test can prepare it on both engines, and each column of
//! a row is named once, for reading and for writing.

use crate::arg::Arg;

/// A statement. [`statements!`] declares one and lists it.
#[derive(Clone, Copy)]
pub(super) struct Statement(fn() -> &'static str);

impl Statement {
    /// A statement that is in no list, because it cannot be prepared on both engines or before there are tables.
    pub(super) const fn unlisted(text: fn() -> &'static str) -> Self {
        Self(text)
    }

    pub(super) fn text(self) -> &'static str {
        (self.0)()
    }
}

/// Declares the statements of a module, `NAME = text;` each, and the list of them. The text is a `&str` or a `String`.
/// A list that [`STATEMENTS`](crate::STATEMENTS) forgets is dead code, of which the compiler warns.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])* const $name: $crate::statement::Statement =
            $crate::statement::Statement::unlisted(|| {
                static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| String::from($text));
                TEXT.as_str()
            });)+

        pub(super) const STATEMENTS: &[$crate::statement::Statement] = &[$($name),+];
    };
}
pub(super) use statements;

/// The columns of a row, or of a part of one, in the order in which they are written.
pub(super) trait Columns {
    const COLUMNS: &'static [&'static str];

    /// The values of the columns.
    fn args(self) -> Vec<Arg>;
}

/// Declares a row that is only read: the parts that are rows themselves (`..part: Type`), then columns of its own. sqlx has
/// a derive for this; its macros would have sqlx, SQLite and the TLS library compiled a second time, for the compiler itself.
macro_rules! result_row {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $row:ident {
            $(..$part:ident: $part_type:ty,)*
            $($(#[$doc:meta])* $field:vis $column:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        $visibility struct $row { $($part: $part_type,)* $($(#[$doc])* $field $column: $type,)* }

        impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for $row
        where
            &'static str: sqlx::ColumnIndex<R>,
            $($part_type: sqlx::FromRow<'r, R>,)*
            $($type: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,)*
        {
            fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
                Ok(Self {
                    $($part: sqlx::FromRow::from_row(row)?,)*
                    $($column: row.try_get(stringify!($column))?,)*
                })
            }
        }
    };
}
pub(super) use result_row;

/// Declares a row as a struct whose fields are its columns. Statements take their lists of columns from it, so that a value
/// cannot be read or written under the name of another column.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $row:ident { $($(#[$doc:meta])* $field:vis $column:ident: $type:ty,)+ }
    ) => {
        $crate::statement::result_row! {
            $(#[$meta])*
            $visibility struct $row { $($(#[$doc])* $field $column: $type,)+ }
        }

        impl $crate::statement::Columns for $row {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),+];

            fn args(self) -> Vec<$crate::arg::Arg> {
                vec![$(self.$column.into()),+]
            }
        }
    };
}
pub(super) use row;

/// `a, b, c`
pub(super) fn list<R: Columns>() -> String {
    R::COLUMNS.join(", ")
}

/// `f.a, f.b, f.c`
pub(super) fn list_of<R: Columns>(table: &str) -> String {
    R::COLUMNS.iter().map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
}

/// `a = $3, b = $4`, beginning with this parameter.
pub(super) fn assign<R: Columns>(first: usize) -> String {
    let pairs = R::COLUMNS.iter().zip(first..).map(|(column, place)| format!("{column} = ${place}"));
    pairs.collect::<Vec<_>>().join(", ")
}

/// The parameter of a column, where the parameters of the row begin with this one.
pub(super) fn place_of<R: Columns>(column: &str, first: usize) -> String {
    let index = R::COLUMNS.iter().position(|known| *known == column);
    format!("${}", first + index.expect("a statement names a column of its row"))
}

/// `INSERT INTO table (a, b) VALUES ($1, $2)`
pub(super) fn insert<R: Columns>(table: &str) -> String {
    insert_parts(table, &[R::COLUMNS])
}

/// The same of a row in several parts, whose values are given one part after the other.
pub(super) fn insert_parts(table: &str, parts: &[&[&str]]) -> String {
    let columns = parts.concat();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    row! {
        struct Pair {
            left: i64,
            right: String,
        }
    }

    #[test]
    fn columns_and_values_are_in_the_order_of_the_fields() {
        assert_eq!(list_of::<Pair>("p"), "p.left, p.right");
        assert_eq!(assign::<Pair>(3), "left = $3, right = $4");
        assert_eq!(insert::<Pair>("pairs"), "INSERT INTO pairs (left, right) VALUES ($1, $2)");
        let args = Pair { left: 1, right: "r".to_owned() }.args();
        assert!(matches!(&args[..], [Arg::Number(Some(1)), Arg::Text(Some(right))] if right == "r"));
    }
}
