import GRDB

/// The tables, how they came to be, and what a file must be to hold them.
enum SQLiteSchema {
    /// "ELST": tells our files from any other program's databases.
    static let applicationID: Int32 = 0x454C_5354

    /// A migration that was released is never changed: a new one is added after it.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            // TEXT compares by the bytes of its UTF-8, which is the order that `list` promises.
            try db.execute(
                sql: """
                    CREATE TABLE record (
                        key TEXT NOT NULL PRIMARY KEY,
                        value BLOB NOT NULL,
                        version INTEGER NOT NULL
                    );
                    CREATE TABLE meta (
                        name TEXT NOT NULL PRIMARY KEY,
                        value INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    INSERT INTO meta (name, value) VALUES ('revision', 0);
                    """
            )
        }
        return migrator
    }

    /// Refuses whatever this code can't be sure to read rightly. It only looks.
    static func check(_ db: Database) throws {
        let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
        guard verdict == "ok" else {
            throw StoreError.failed("the database is damaged: \(verdict ?? "no answer from quick_check")")
        }
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
            throw StoreError.failed("the file is a database of another program")
        }
        if try migrator.hasBeenSuperseded(db) {
            throw StoreError.failed("the database was written by a newer version of Elastane: run that version, or restore a backup")
        }
    }

    static func revision(_ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT value FROM meta WHERE name = 'revision'")
        guard let revision = try Int64.fetchOne(statement) else {
            throw StoreError.failed("the database is damaged: it has no revision")
        }
        return revision
    }

    static func setRevision(_ revision: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE meta SET value = ? WHERE name = 'revision'").execute(arguments: [revision])
    }
}
