import Testing

@Suite("Imports point down")
struct ImportTests {
    /// One import of one file.
    private struct Import: CustomStringConvertible {
        let file: SourceFile
        let line: Int
        let module: String

        var description: String { "\(file.path):\(line) imports \(module)" }
    }

    private static func imports() throws -> [Import] {
        try SourceTree.files().flatMap { file in
            file.codeLines.enumerated().compactMap { number, line in
                ImportTable.module(importedBy: line).map { Import(file: file, line: number + 1, module: $0) }
            }
        }
    }

    @Test("Every folder of Sources has a row in the table, and every row a folder")
    func rows() throws {
        #expect(try SourceTree.targets() == ImportTable.systemLibraries.union(ImportTable.allowed.keys))
    }

    @Test("No file imports what its target may not")
    func allowed() throws {
        let imports = try Self.imports()
        #expect(imports.count > 100, "the imports were found")
        let strays = imports.filter { stray in
            let allowed = ImportTable.allowed[stray.file.target] ?? []
            return !allowed.union(ImportTable.system).contains(stray.module)
        }
        #expect(strays.map(\.description) == [])
    }

    @Test("What is imported in one folder only is imported nowhere else")
    func homes() throws {
        let strays = try Self.imports().filter { stray in
            guard let homes = ImportTable.homes[stray.module] else { return false }
            return !homes.contains { stray.file.isIn($0) }
        }
        #expect(strays.map(\.description) == [])
    }

    @Test("The table has no cycle")
    func acyclic() {
        func below(_ target: String, path: [String]) -> [String]? {
            guard !path.contains(target) else { return path + [target] }
            for next in ImportTable.allowed[target] ?? [] where ImportTable.allowed[next] != nil {
                if let cycle = below(next, path: path + [target]) { return cycle }
            }
            return nil
        }
        for target in ImportTable.allowed.keys {
            #expect(below(target, path: []) == nil)
        }
    }

    @Test("Package.swift gives each target no more than the table")
    func manifestWithinTable() throws {
        for (target, dependencies) in try Manifest.dependencies() where ImportTable.allowed[target] != nil {
            let strays = dependencies.subtracting(ImportTable.allowed[target] ?? [])
            #expect(strays.isEmpty, "\(target)")
        }
    }

    /// SwiftPM lets a file import what its target only depends on through another.
    @Test("Package.swift names what each target imports")
    func manifestNamesImports() throws {
        let manifest = try Manifest.dependencies()
        #expect(manifest.keys.sorted() == ImportTable.allowed.keys.sorted())
        let strays = try Self.imports().filter { stray in
            let known = ImportTable.system.union(["Testing"])
            return !known.contains(stray.module) && manifest[stray.file.target]?.contains(stray.module) != true
        }
        #expect(strays.map(\.description) == [])
    }

    @Test("No target depends on what it does not import")
    func manifestInVain() throws {
        let imported = Dictionary(grouping: try Self.imports(), by: \.file.target).mapValues { Set($0.map(\.module)) }
        for (target, dependencies) in try Manifest.dependencies() where target != "BrokerTesting" {
            #expect(dependencies.subtracting(imported[target] ?? []) == [], "\(target)")
        }
    }

    @Test(
        "An import is recognised in every form it takes",
        arguments: [
            ("import OAuth", "OAuth"), ("package import OAuth", "OAuth"), ("    import  Glibc", "Glibc"),
            ("@preconcurrency import GRDB", "GRDB"), ("@testable package import Broker", "Broker"),
            ("@_exported import Web", "Web"), ("import struct Foundation.Data", "Foundation"),
            ("private import func Glibc.exit", "Glibc"), ("import CArgon2.shim", "CArgon2"),
            ("let important = 1", nil), ("importer.run()", nil), ("", nil), ("import", nil),
        ] as [(String, String?)])
    func forms(line: String, module: String?) {
        #expect(ImportTable.module(importedBy: line) == module)
    }
}
