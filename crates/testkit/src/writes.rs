//! Asks the engine whether anything was written, even a row that was deleted again.

use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::Database;

/// Every statement that may change a table of Postgres counts itself, also if it changes no row or is rolled back.
const COUNT_STATEMENTS: &str = "
    CREATE SEQUENCE writes;
    CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM nextval('writes'); RETURN NULL; END $$;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('CREATE TRIGGER note_write AFTER INSERT OR UPDATE OR DELETE ON %I
                FOR EACH STATEMENT EXECUTE FUNCTION note_write()', name);
        END LOOP;
    END $$";

/// A connection that notices the writes of others.
pub enum Writes {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Writes {
    pub async fn watch(database: &Database) -> Self {
        if database.is_postgres() {
            let mut connection = PgConnection::connect(&database.url).await.unwrap();
            sqlx::raw_sql(COUNT_STATEMENTS).execute(&mut connection).await.unwrap();
            Self::Postgres(connection)
        } else {
            Self::Sqlite(SqliteConnection::connect(&database.url).await.unwrap())
        }
    }

    /// A number that changes with every write.
    pub async fn count(&mut self) -> i64 {
        match self {
            Self::Postgres(connection) => {
                let sql = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM writes";
                sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
            }
            // It changes exactly when another connection has committed a change.
            Self::Sqlite(connection) => sqlx::query_scalar("PRAGMA data_version").fetch_one(connection).await.unwrap(),
        }
    }
}
