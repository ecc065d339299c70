import OAuth
import Testing

@Suite("Ray IDs in the Sonyflake layout")
struct RayIDTests {
    @Test(
        "Ticks, sequence and machine have 39, 8 and 16 bits, in this order",
        arguments: [
            (0, 0, 0, 0),
            (0, 0, 1, 1),
            (0, 0, 0xFFFF, 0xFFFF),
            (0, 1, 0, 0x1_0000),
            (0, 0xFF, 0, 0xFF_0000),
            (1, 0, 0, 0x100_0000),
            (0x7F_FFFF_FFFF, 0xFF, 0xFFFF, 0x7FFF_FFFF_FFFF_FFFF),
            (0x80_0000_0000, 0, 7, 7),
            (.max, 0, 0, 0x7FFF_FFFF_FF00_0000),
            (0x12_3456_789A, 0xBC, 0xDEF0, 0x1234_5678_9ABC_DEF0),
        ] as [(UInt64, UInt8, UInt16, UInt64)])
    func layout(ticks: UInt64, sequence: UInt8, machine: UInt16, value: UInt64) {
        #expect(RayID(ticks: ticks, sequence: sequence, machine: machine).rawValue == value)
    }

    @Test(
        "An id is written as sixteen lower-case digits and read back",
        arguments: [
            (0, "0000000000000000"), (1, "0000000000000001"), (0x1234_5678_9ABC_DEF0, "123456789abcdef0"),
            (0x7FFF_FFFF_FFFF_FFFF, "7fffffffffffffff"),
        ] as [(UInt64, String)])
    func text(value: UInt64, text: String) {
        #expect(RayID(rawValue: value).description == text)
        #expect(RayID(text) == RayID(rawValue: value))
    }

    @Test(
        "Any other spelling is refused",
        arguments: [
            "", "0", "123456789abcdef", "0123456789abcdef0", "123456789ABCDEF0", "+23456789abcdef0",
            "-000000000000001", "0x23456789abcdef", "123456789abcdeg0", " 23456789abcdef0", "123456789abcdef\n",
            "12345678-9abcdef", "\u{661}3456789abcdef0",
        ])
    func refuses(text: String) {
        #expect(RayID(text) == nil)
    }
}
