/// How log records are written.
enum LogFormat: String, CaseIterable, Sendable {
    /// One readable line a record.
    case text
    /// One JSON object a line.
    case json
}
