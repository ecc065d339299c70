import FoundationEssentials

/// What of a JSON document's structure is judged byte by byte, before anything of it is believed.
struct JSONStructure {
    private enum Place {
        case structure
        case text
        case escape
    }

    /// An array, or an object with the names it has had so far.
    private enum Container {
        case array
        case object(Set<String>)
    }

    private let limit: Int
    private var count = 0
    private var place = Place.structure
    private var containers: [Container] = []
    /// Whether a text that begins now is the name of a member.
    private var expectsName = false
    private var name: [UInt8]?

    /// Judges a document of at most `limit` values.
    init(limit: Int) {
        self.limit = limit
    }

    mutating func read(_ byte: UInt8) throws(UntrustedJSON.Flaw) {
        guard byte != 0, byte < 0xFE else { throw .encoding }
        switch place {
        case .escape: place = .text
        case .text:
            if byte == UInt8(ascii: "\\") { place = .escape }
            if byte == UInt8(ascii: "\"") {
                place = .structure
                try endText()
                return
            }
        case .structure:
            try readStructure(byte)
            return
        }
        name?.append(byte)
    }

    private mutating func readStructure(_ byte: UInt8) throws(UntrustedJSON.Flaw) {
        switch byte {
        case UInt8(ascii: "\""):
            place = .text
            if expectsName { name = [] }
        case UInt8(ascii: "["): try open(.array)
        case UInt8(ascii: "{"): try open(.object([]))
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            if !containers.isEmpty { containers.removeLast() }
            expectsName = false
        case UInt8(ascii: ","):
            try countOne()
            if case .object = containers.last { expectsName = true }
        case UInt8(ascii: ":"): expectsName = false
        default: break
        }
    }

    private mutating func open(_ container: Container) throws(UntrustedJSON.Flaw) {
        guard containers.count < UntrustedJSON.maximumDepth else { throw .tooDeep }
        try countOne()
        containers.append(container)
        switch container {
        case .array: expectsName = false
        case .object: expectsName = true
        }
    }

    private mutating func countOne() throws(UntrustedJSON.Flaw) {
        count += 1
        guard count <= limit else { throw .tooManyValues }
    }

    private mutating func endText() throws(UntrustedJSON.Flaw) {
        guard let spelling = name else { return }
        name = nil
        guard case .object(var names)? = containers.popLast() else { return }
        let isNew = names.insert(Self.unescaped(spelling)).inserted
        containers.append(.object(names))
        guard isNew else { throw .repeatedMember }
    }

    /// One name has many spellings (`\u0073ub`, and letters with their accents apart, which dictionaries take for the same).
    ///
    /// What cannot be read is left to the reader of the document.
    private static func unescaped(_ spelling: [UInt8]) -> String {
        let literal = String(decoding: spelling, as: UTF8.self)
        guard spelling.contains(UInt8(ascii: "\\")) else { return literal }
        let quoted = [UInt8(ascii: "\"")] + spelling + [UInt8(ascii: "\"")]
        return (try? JSONDecoder().decode(String.self, from: Data(quoted))) ?? literal
    }
}
