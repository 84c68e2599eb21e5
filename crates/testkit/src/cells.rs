//! Reads every value of every table, for tests that look for a value or for a change.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::Database;

/// One value of one row, as bytes: text as it is, numbers in decimal, bytes as they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub table: String,
    pub column: String,
    pub bytes: Vec<u8>,
}

impl Cell {
    /// The value as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

const SQLITE_COLUMNS: &str = "SELECT t.name, c.name, c.type FROM sqlite_master t JOIN pragma_table_info(t.name) c \
    WHERE t.type = 'table'";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text, column_name::text, data_type::text \
    FROM information_schema.columns WHERE table_schema = 'public'";

impl Database {
    /// Every value of every table, in an order that depends only on the values.
    pub async fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (table, column, kind) in self.columns().await {
            let value = match (self.is_postgres(), kind.as_str()) {
                (true, "bytea") => format!("\"{column}\""),
                (true, _) => format!("convert_to(\"{column}\"::text, 'UTF8')"),
                (false, _) => format!("CAST(\"{column}\" AS BLOB)"),
            };
            let sql = format!("SELECT {value} FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
            let values: Vec<(Vec<u8>,)> = if self.is_postgres() {
                sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut self.postgres().await).await.unwrap()
            } else {
                sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut self.sqlite().await).await.unwrap()
            };
            cells.extend(values.into_iter().map(|(bytes,)| Cell {
                table: table.clone(),
                column: column.clone(),
                bytes,
            }));
        }
        cells.sort();
        cells
    }

    /// The state of all grants, without the pace of their polls.
    pub async fn grants(&self) -> Vec<Cell> {
        let pace = ["interval_ms", "answered_at", "slowed", "repeated"];
        let mut cells = self.cells().await;
        cells.retain(|cell| cell.table == "device_grants" && !pace.contains(&cell.column.as_str()));
        cells
    }

    /// Runs a statement behind the server's back.
    pub async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_postgres() {
            sqlx::query(sql).execute(&mut self.postgres().await).await.unwrap();
        } else {
            sqlx::query(sql).execute(&mut self.sqlite().await).await.unwrap();
        }
    }

    async fn columns(&self) -> Vec<(String, String, String)> {
        if self.is_postgres() {
            sqlx::query_as(POSTGRES_COLUMNS).fetch_all(&mut self.postgres().await).await.unwrap()
        } else {
            sqlx::query_as(SQLITE_COLUMNS).fetch_all(&mut self.sqlite().await).await.unwrap()
        }
    }

    async fn postgres(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }

    async fn sqlite(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url).await.unwrap()
    }
}
