import OAuth
import Testing

@Suite("Bytes in hexadecimal")
struct HexadecimalTests {
    @Test(arguments: [([], ""), ([0x00, 0x0F, 0xA0, 0xFF], "000fa0ff"), ([0x7F], "7f")] as [([UInt8], String)])
    func `Each byte is two lower-case digits`(bytes: [UInt8], text: String) {
        #expect(bytes.hexadecimal == text)
    }
}
