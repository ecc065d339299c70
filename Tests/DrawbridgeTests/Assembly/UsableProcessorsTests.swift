import Testing

@testable import drawbridge

@Suite("proc(5): the processors a process may run on")
struct UsableProcessorsTests {
    @Test(
        "As many as the mask has bits",
        arguments: [("1", 1), ("8000", 1), ("3", 2), ("ff", 8), ("ffffffff,00000001", 33), ("00000000,00000005", 2)])
    func bits(_ mask: String, _ count: Int) {
        let status = "Name:\tdrawbridge\nCpus_allowed:\t\(mask)\nCpus_allowed_list:\t0-127\n"
        #expect(UsableProcessors.allowed(by: status) == count)
    }

    @Test("Nothing where the file does not say", arguments: ["", "Name:\tdrawbridge\n", "Cpus_allowed:\t0\n"])
    func nothing(_ status: String) {
        #expect(UsableProcessors.allowed(by: status) == nil)
    }
}
