extension Migration {
    /// Clients that know people by names of their sector's own, and what such names are made with.
    static let pairwiseSubjects = Migration(
        version: 7,
        sql: """
            ALTER TABLE clients ADD COLUMN sector_host TEXT CHECK (sector_host <> '');
            ALTER TABLE clients ADD COLUMN sector_uri TEXT
                CHECK (sector_uri IS NULL OR (sector_uri <> '' AND sector_host IS NOT NULL));

            CREATE TABLE lasting_secrets (
                name TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
                sealed TEXT NOT NULL CHECK (sealed <> '')
            ) STRICT, WITHOUT ROWID;
            """)
}
