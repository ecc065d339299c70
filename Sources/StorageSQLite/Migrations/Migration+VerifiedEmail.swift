extension Migration {
    /// The address a provider vouched for, in comparable form. Identities from before get theirs at their next login.
    static let verifiedEmail = Migration(
        version: 2,
        sql: """
            ALTER TABLE identities ADD COLUMN verified_email TEXT CHECK (verified_email <> '');
            CREATE INDEX identities_by_verified_email ON identities (verified_email) WHERE verified_email IS NOT NULL;
            """)
}
