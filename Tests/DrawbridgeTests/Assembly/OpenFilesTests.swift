import Testing

@testable import drawbridge

@Suite("Limit of open files")
struct OpenFilesTests {
    @Test(
        "Connections leave files for everything else",
        arguments: [(64, 16), (128, 64), (1024, 819), (1_048_576, 10_000)])
    func connections(_ limit: Int, expected: Int) {
        #expect(OpenFiles.connections(outOf: limit) == expected)
    }
}
