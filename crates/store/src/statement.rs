//! Declares statements and rows. Each statement is listed, so that a test can prepare it on both engines. The columns that a
//! statement writes are named beside their values.

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
    ($($(#[$doc:meta])* $visibility:vis $name:ident = $text:expr;)+) => {
        $($(#[$doc])* $visibility const $name: $crate::statement::Statement =
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
}

/// A row that is written as it is.
pub(super) trait WrittenRow: Columns {
    /// The values of the columns.
    fn args(self) -> Vec<Arg>;
}

/// Declares a row as a struct whose fields are its columns; `field as column` where their names differ. Statements take their
/// lists of columns from it, so that a value cannot be read or written under the name of another column. sqlx has a derive for
/// reading; its macros would have sqlx, SQLite and the TLS library compiled a second time, for the compiler itself.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $row:ident {
            $($(#[$doc:meta])* $field_visibility:vis $field:ident $(as $column:ident)?: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        $visibility struct $row { $($(#[$doc])* $field_visibility $field: $type,)+ }

        impl<'r, R: $crate::portable_row::EngineRow> sqlx::FromRow<'r, R> for $row {
            fn from_row(row: &'r R) -> sqlx::Result<Self> {
                Ok(Self { $($field: row.read($crate::statement::column_name!($field $($column)?))?,)+ })
            }
        }

        impl $crate::statement::Columns for $row {
            const COLUMNS: &'static [&'static str] = &[$($crate::statement::column_name!($field $($column)?)),+];
        }

        impl $crate::statement::WrittenRow for $row {
            fn args(self) -> Vec<$crate::arg::Arg> {
                vec![$(self.$field.into()),+]
            }
        }
    };
}
pub(super) use row;

macro_rules! column_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $column:ident) => {
        stringify!($column)
    };
}
pub(super) use column_name;

/// Declares columns with the value of each, of a row that is read as another type than it is written from: `NAME(parameters)`
/// is a type with the list of the columns and a function `args` of these parameters.
macro_rules! columns {
    ($(#[$meta:meta])* $visibility:vis $name:ident($($given:ident: $type:ty),+) { $($column:ident: $value:expr,)+ }) => {
        $(#[$meta])*
        $visibility struct $name;

        impl $crate::statement::Columns for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),+];
        }

        impl $name {
            $visibility fn args($($given: $type),+) -> Vec<$crate::arg::Arg> {
                vec![$($crate::arg::Arg::from($value)),+]
            }
        }
    };
}
pub(super) use columns;

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
