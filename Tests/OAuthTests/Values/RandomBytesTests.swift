import OAuth
import Testing

@Suite("Random handles have their whole width")
struct RandomBytesTests {
    @Test("Every word of the generator is used once, and every byte of it")
    func width() {
        var generator = CountingGenerator()
        let short = RandomBytes<Bits128>(from: &generator)
        let long = RandomBytes<Bits256>(from: &generator)
        #expect(short.bytes == [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
        #expect(long.bytes.count == 32 && long.bytes[0] == 3 && long.bytes[24] == 6)
        #expect(short.name == "AQAAAAAAAAACAAAAAAAAAA" && short.handle == Secret(short.name))
        #expect(long.handle.count == 43)
    }

    @Test("A source that writes all bytes at once is given the whole width")
    func filled() {
        let bytes = RandomBytes<Bits96> { bytes in
            for index in bytes.indices { bytes[index] = UInt8(index + 1) }
        }
        #expect(bytes.bytes == Array(1...12))
    }
}
