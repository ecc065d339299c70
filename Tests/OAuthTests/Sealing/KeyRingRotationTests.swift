import OAuth
import Testing

@Suite("Sealing: a ring whose keys change")
struct KeyRingRotationTests {
    @Test("New keys reach whoever has the ring, and no keys at all leave it as it is")
    func replacing() throws {
        let shared = try KeyRing([.ascending])
        let before = try shared.seal([1], as: .accessToken, for: "client", salt: .saltA)
        try shared.replace(with: [.descending, .ascending])
        #expect(shared.keyIDs == ["d6a5f814", "c490aac8"])
        let after = try shared.seal([2], as: .accessToken, for: "client", salt: .saltA)
        #expect(try shared.open(before.text, as: .accessToken).plaintext == [1])
        #expect(try KeyRing([.descending]).open(after.text, as: .accessToken).plaintext == [2])
        #expect(throws: KeyRing.Flaw.empty) { try shared.replace(with: []) }
        #expect(shared.keyIDs == ["d6a5f814", "c490aac8"])
    }

    @Test("An envelope is sealed anew with the same content, purpose and context, unless it is under the newest key")
    func resealing() throws {
        let sealed = try KeyRing([.ascending]).seal([1, 2, 3], as: .stagedLogin, for: "transport", salt: .saltA)
        let both = try KeyRing([.descending, .ascending])
        #expect(throws: SealingFlaw.notAuthentic) { try both.reseal(sealed.text, as: .payload, salt: .saltB) }
        let anew = try #require(try both.reseal(sealed.text, as: .stagedLogin, salt: .saltB))
        let opened = try KeyRing([.descending]).open(anew.text, as: .stagedLogin)
        #expect(opened.context == "transport")
        #expect(opened.plaintext == [1, 2, 3])
        #expect(try both.reseal(anew.text, as: .stagedLogin, salt: .saltA) == nil)
        #expect(throws: SealingFlaw.unknownKey) {
            try KeyRing([.descending]).reseal(sealed.text, as: .stagedLogin, salt: .saltA)
        }
    }

    @Test("Its first characters tell an envelope's key", arguments: KeyRingTests.Vector.all)
    func prefixes(_ vector: KeyRingTests.Vector) {
        #expect(SealedEnvelope.keyID(of: vector.envelope) == vector.keyID)
        let prefix = String(vector.envelope.prefix(SealedEnvelope.keyPrefixLength))
        #expect(SealedEnvelope.keyID(of: prefix) == vector.keyID)
        #expect(SealedEnvelope.prefixes(ofKey: vector.keyID).contains(prefix))
        #expect(Set(SealedEnvelope.prefixes(ofKey: vector.keyID)).count == 4)
        #expect(
            SealedEnvelope.prefixes(ofKey: vector.keyID).allSatisfy { SealedEnvelope.keyID(of: $0) == vector.keyID })
        #expect(vector.master.id == vector.keyID)
    }

    @Test("What is no envelope has no key", arguments: ["", "AcSQqs", "AsSQqsg", "!!!!!!!", "sealed-key-of-one"])
    func noKey(_ text: String) {
        #expect(SealedEnvelope.keyID(of: text) == nil)
    }
}
