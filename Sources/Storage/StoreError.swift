/// What a store reports beyond the outcomes its methods name.
package enum StoreError: Error, Sendable, Equatable {
    /// A row of that name exists already.
    case conflict
    /// The row that was to be changed does not exist.
    case notFound
    /// A stored row cannot be read back: damage, or a newer program's data.
    case corrupt(table: String)
    /// The database belongs to a newer version of the program.
    case newerSchema
    /// The database cannot be opened, is full or damaged, or did not answer in time; the reason names the file or host.
    case unavailable(reason: String)
    /// A value that no store keeps as it is: text with a NUL, or a grant that is not the one its code names.
    case unstorable
}
