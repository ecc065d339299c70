extension Migration {
    /// Clients that want an address of theirs loaded in the browser that logs out.
    static let frontChannelLogout = Migration(
        version: 16,
        sql: """
            ALTER TABLE clients ADD COLUMN frontchannel_logout_uri TEXT CHECK (frontchannel_logout_uri <> '');
            ALTER TABLE clients ADD COLUMN frontchannel_logout_session TEXT
                CHECK ((frontchannel_logout_session IS NULL) = (frontchannel_logout_uri IS NULL));
            """)
}
