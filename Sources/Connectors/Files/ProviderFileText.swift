/// The text of a provider file, to be changed in one place and left as it is everywhere else.
package struct ProviderFileText {
    private let bytes: [UInt8]
    private let root: LocatedJSON

    /// Takes the text of the file called `name`, which must be an object in JSON; whether its keys are right is not asked,
    /// so that a broken provider can be switched off too.
    package init(_ bytes: [UInt8], named name: String) throws(ProviderFileProblem) {
        self.bytes = bytes
        do throws(JSONSyntaxError) {
            root = try LocatedJSON(parsing: bytes)
        } catch {
            throw ProviderFileProblem(file: name, line: error.line, reason: .syntax(expected: error.expectation))
        }
        try root.requireUniqueNames(in: name)
        guard case .object(let members) = root.value, !members.isEmpty else {
            let reason = ProviderFileProblem.Reason.wrongType(expected: "an object", found: root.kind)
            throw ProviderFileProblem(file: name, line: root.line, key: "$", reason: reason)
        }
    }

    /// The text with `enabled` as `activity` wants it; the same text where it says so already.
    package func setting(_ activity: ProviderDefinition.Activity) -> [UInt8] {
        let word =
            switch activity {
            case .enabled: "true"
            case .disabled: "false"
            }
        guard let old = root.member("enabled") else {
            switch activity {
            case .enabled: return bytes
            case .disabled: return inserting("\"enabled\": \(word)")
            }
        }
        return Array(bytes[..<old.range.lowerBound]) + Array(word.utf8) + Array(bytes[old.range.upperBound...])
    }

    /// The text with one more member at the end, set off as the first one is.
    private func inserting(_ member: String) -> [UInt8] {
        guard case .object(let members) = root.value, let last = members.last else { return bytes }
        let space = bytes[(root.range.lowerBound + 1)...].prefix { " \t\r\n".utf8.contains($0) }
        let separator = [UInt8(ascii: ",")] + (space.isEmpty ? [UInt8(ascii: " ")] : Array(space))
        let place = last.value.range.upperBound
        return Array(bytes[..<place]) + separator + Array(member.utf8) + Array(bytes[place...])
    }
}
