extension Migration {
    /// The resources that clients, codes and grants are for, and the clients that may act for others.
    static let resources = Migration(
        version: 14,
        sql: """
            ALTER TABLE clients ADD COLUMN resources TEXT NOT NULL DEFAULT '';
            ALTER TABLE clients ADD COLUMN delegates TEXT NOT NULL DEFAULT '';
            ALTER TABLE codes ADD COLUMN resources TEXT NOT NULL DEFAULT '';
            ALTER TABLE grants ADD COLUMN resources TEXT NOT NULL DEFAULT '';
            """)
}
