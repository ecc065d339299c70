import BrokerTesting
import Storage
import Testing

@Suite("The store's guarantees, kept by SQLite")
struct SQLiteConformanceTests {
    private let conformance: StoreConformance

    init() throws {
        let folder = try TemporaryFolder()
        conformance = StoreConformance { [try folder.freshStore()] }
    }

    @Test("A client comes back as it was registered")
    func clientsRoundTrip() async throws { try await conformance.clientsRoundTrip() }

    @Test("A client id is taken once, and only what exists is replaced or deleted")
    func clientsAreRegisteredOnce() async throws { try await conformance.clientsAreRegisteredOnce() }

    @Test("Deleting a client ends all that was granted to it")
    func deletingAClient() async throws { try await conformance.deletingAClientEndsItsGrants() }

    @Test("Upstream tokens are kept, one row for each identity")
    func keptTokens() async throws { try await conformance.upstreamTokensAreKept() }

    @Test("Kept tokens do not change hands with an identity")
    func keptTokensStay() async throws { try await conformance.keptTokensDoNotChangeHands() }

    @Test("Kept tokens are renewed once, and end once")
    func renewals() async throws { try await conformance.keptTokensAreRenewedOnce() }

    @Test("Tokens that nobody has a use for are taken out once")
    func abandoned() async throws { try await conformance.abandonedTokensAreTakenOut() }

    @Test("Tokens of an identity that is gone are taken out")
    func lostIdentities() async throws { try await conformance.tokensOfALostIdentityAreTakenOut() }

    @Test("Leave to register is kept, and taken back")
    func initialAccess() async throws { try await conformance.initialAccessIsKept() }

    @Test("A client registers itself whole or not at all")
    func registrations() async throws { try await conformance.clientsRegisterThemselves() }

    @Test("A lasting secret is kept once")
    func lastingSecrets() async throws { try await conformance.lastingSecretsLast() }

    @Test("What counts once is used once, until it is swept")
    func singleUse() async throws { try await conformance.whatCountsOnceIsUsedOnce() }

    @Test("The first login makes an account, and later ones find it")
    func loginsFindTheirAccount() async throws { try await conformance.loginsFindTheirAccount() }

    @Test("Identities are told apart exactly")
    func identitiesAreExact() async throws { try await conformance.identitiesAreExact() }

    @Test("A local account is stored whole or not at all")
    func localAccountsRoundTrip() async throws { try await conformance.localAccountsRoundTrip() }

    @Test("Claims are changed one by one, only where they are")
    func claimsAreChanged() async throws { try await conformance.claimsAreChanged() }

    @Test("Disabling an account leaves nothing that still works")
    func disablingAnAccount() async throws { try await conformance.disablingAnAccountEndsEverything() }

    @Test("A new password ends sessions, an upgraded hash does not")
    func passwordsAreReplaced() async throws { try await conformance.passwordsAreReplaced() }

    @Test("An identity is linked once and leads to its account")
    func identitiesAreLinked() async throws { try await conformance.identitiesAreLinked() }

    @Test("An identity changes hands only from the owner that was named")
    func identitiesChangeHands() async throws { try await conformance.identitiesChangeHands() }

    @Test("An identity is unlinked with what came of it, but never the last one")
    func identitiesAreUnlinked() async throws { try await conformance.identitiesAreUnlinked() }

    @Test("The identity behind a password stays")
    func localIdentitiesStay() async throws { try await conformance.localIdentitiesStay() }

    @Test("A verified address leads to the one account that has it")
    func verifiedAddresses() async throws { try await conformance.verifiedAddressesLeadToOneAccount() }

    @Test("A verified address never merges two people")
    func verifiedAddressesDoNotMerge() async throws { try await conformance.verifiedAddressesDoNotMergePeople() }

    @Test("A kept request is found until it expires")
    func keptRequestsExpire() async throws { try await conformance.keptRequestsExpire() }

    @Test("A login is staged for a payload at most once")
    func payloadsAreStagedOnce() async throws { try await conformance.payloadsAreStagedOnce() }

    @Test("A login staged under a fresh name uses up both names")
    func aFreshPayload() async throws { try await conformance.aFreshPayloadTakesTheOldOnesPlace() }

    @Test("A staged login becomes one code")
    func stagedLoginsAreConsumedOnce() async throws { try await conformance.stagedLoginsAreConsumedOnce() }

    @Test("Consent adds up per account and client")
    func consentsAddUp() async throws { try await conformance.consentsAddUp() }

    @Test("A code is redeemed at most once, and a replay revokes its grant")
    func codesAreRedeemedOnce() async throws { try await conformance.codesAreRedeemedOnce() }

    @Test("A code counts until it expires")
    func codesExpire() async throws { try await conformance.codesExpire() }

    @Test("A refusal burns the code")
    func refusedCodesAreBurnt() async throws { try await conformance.refusedCodesAreBurnt() }

    @Test("A code is redeemed for the grant it names, and no other")
    func codesNameTheirGrant() async throws { try await conformance.codesNameTheirGrant() }

    @Test("Rotation moves a grant one generation on")
    func grantsRotate() async throws { try await conformance.grantsRotate() }

    @Test("A refresh token used after its time revokes the grant")
    func refreshReplaysRevoke() async throws { try await conformance.refreshReplaysRevoke() }

    @Test("What was revoked or has expired has ended for good")
    func grantsEnd() async throws { try await conformance.grantsEnd() }

    @Test("The events of a rotation are those of its outcome")
    func rotationsRecordTheirOutcome() async throws { try await conformance.rotationsRecordTheirOutcome() }

    @Test("A rotation puts the end of its grant off")
    func rotationPutsTheEndOff() async throws { try await conformance.rotationPutsTheEndOff() }

    @Test("The oldest grants of an account at a client give way to new ones")
    func oldestGrantsGiveWay() async throws { try await conformance.theOldestGrantsGiveWay() }

    @Test("A grant that has ended takes no place from a live one")
    func endedGrantsTakeNoPlace() async throws { try await conformance.endedGrantsTakeNoPlace() }

    @Test("A limit that was lowered is kept from the next grant on")
    func aLoweredLimitIsKept() async throws { try await conformance.aLoweredLimitIsKept() }

    @Test("Each redeemed code is counted as a login of its account to its client")
    func loginsAreCounted() async throws { try await conformance.loginsAreCounted() }

    @Test("Counts are read page by page, and nothing moves between pages")
    func loginsComeInPages() async throws { try await conformance.loginsComeInPages() }

    @Test("A deleted client's counts are gone")
    func deletedClientsForgetLogins() async throws { try await conformance.deletedClientsForgetLogins() }

    @Test("A device waits until it expires")
    func devicesWait() async throws { try await conformance.devicesWait() }

    @Test("No more devices wait than may")
    func waitingDevicesAreLimited() async throws { try await conformance.waitingDevicesAreLimited() }

    @Test("A user code is one device's")
    func userCodesAreUnique() async throws { try await conformance.userCodesAreUnique() }

    @Test("A device that asks too often is slowed down, up to a bound")
    func devicesSlowDown() async throws { try await conformance.devicesSlowDown() }

    @Test("A device is decided about once, for the client that asked")
    func devicesAreDecidedAboutOnce() async throws { try await conformance.devicesAreDecidedAboutOnce() }

    @Test("A device that was let in gets one grant")
    func devicesAreRedeemedOnce() async throws { try await conformance.devicesAreRedeemedOnce() }

    @Test("A device that was let in and has not come loses that with its person")
    func allowedDevicesEndWithTheirPerson() async throws {
        try await conformance.allowedDevicesEndWithTheirPerson()
    }

    @Test("A session lives until it is idle for too long or too old")
    func sessionsExpire() async throws { try await conformance.sessionsExpire() }

    @Test("A new session ends the one it replaces")
    func sessionsEnd() async throws { try await conformance.sessionsEnd() }

    @Test("A session takes along the grants that began in it")
    func sessionsTakeGrantsAlong() async throws { try await conformance.endingASessionEndsItsGrants() }

    @Test("A code of an ended session comes to nothing")
    func endedSessionsBurnCodes() async throws { try await conformance.anEndedSessionBurnsItsCodes() }

    @Test("Whoever took part in a session hears of its end")
    func sessionsClientsAreTold() async throws { try await conformance.aSessionsClientsAreTold() }

    @Test("When an account ends, each client hears of it")
    func accountsClientsAreTold() async throws { try await conformance.anAccountsClientsAreTold() }

    @Test("Signing out everywhere leaves nothing that still works")
    func signingOut() async throws { try await conformance.signingOutEndsEverything() }

    @Test("When an identity is taken away, the sessions begun by it are named")
    func identitysClientsAreTold() async throws { try await conformance.anIdentitysClientsAreTold() }

    @Test("The end of a provider's session ends what it began")
    func upstreamSessionsEnd() async throws { try await conformance.upstreamSessionsEnd() }

    @Test("It ends what a login front end led of the person's, which belongs to no session")
    func upstreamSessionsEndFrontEndLogins() async throws {
        try await conformance.upstreamSessionsEndFrontEndLogins()
    }

    @Test("What ended here before is neither ended nor told of again")
    func upstreamSessionsEndOnce() async throws { try await conformance.upstreamSessionsEndOnce() }

    @Test("It ends the devices that the session has let in, and an ended session lets none in")
    func upstreamSessionsEndDevices() async throws { try await conformance.upstreamSessionsEndDevices() }

    @Test("The end of a person's sessions at a provider ends what came of them")
    func upstreamPeopleEnd() async throws { try await conformance.upstreamPeopleEnd() }

    @Test("A provider's session is remembered until nothing of it can be alive")
    func upstreamSessionsAreSwept() async throws { try await conformance.upstreamSessionsAreSwept() }

    @Test("A notice is one node's for as long as its lease")
    func noticesAreLeased() async throws { try await conformance.noticesAreLeased() }

    @Test("One host's notices leave room for the others'")
    func noticesAreClaimedFairly() async throws { try await conformance.noticesAreClaimedFairly() }

    @Test("Login failures add up within their window")
    func loginFailuresAddUp() async throws { try await conformance.loginFailuresAddUp() }

    @Test("An attempt that has to wait is not counted")
    func waitingAttempt() async throws { try await conformance.aWaitingAttemptIsNotCounted() }

    @Test("A payload that travelled is used up once, by a code or by nothing")
    func travelledPayload() async throws { try await conformance.aTravelledPayloadIsUsedUpOnce() }

    @Test("A signing key goes from next to active to retiring, at most one of each algorithm at a time")
    func signingKeysRotate() async throws { try await conformance.signingKeysRotate() }

    @Test("What rests sealed is found, and replaced where it still stands")
    func envelopes() async throws { try await conformance.envelopesAreReplaced() }

    @Test("What rests sealed comes in batches, each row once")
    func envelopeBatches() async throws { try await conformance.envelopesComeInBatches() }

    @Test("A grant counts by its newest refresh token")
    func grantsByToken() async throws { try await conformance.grantsAreCountedByTheirNewestToken() }

    @Test("A signing key that waits is moved or replaced by who knows how it stands")
    func waitingKeys() async throws { try await conformance.waitingKeysAreReplaced() }

    @Test("The trail keeps every field and is found by every filter")
    func auditEventsAreFound() async throws { try await conformance.auditEventsAreFound() }

    @Test("Every event is linked to the one before")
    func eventsAreLinked() async throws { try await conformance.eventsAreLinked() }

    @Test("A seal takes the place only of the one that was read")
    func sealsFollowEachOther() async throws { try await conformance.sealsFollowEachOther() }

    @Test("A shortened trail goes on from where it was cut")
    func trailsAreShortened() async throws { try await conformance.trailsAreShortened() }

    @Test("A sweep takes what has expired and nothing else")
    func sweepingLeavesTheLiving() async throws { try await conformance.sweepingLeavesTheLiving() }

    @Test("A sweep reaches every kind of row that expires")
    func sweepingTakesEveryKind() async throws { try await conformance.sweepingTakesEveryKind() }

    @Test("A sealed successor is kept for its grace window only")
    func sweepingForgetsSuccessors() async throws { try await conformance.sweepingForgetsSuccessors() }

    @Test("A grant that was refreshed is swept at its new end")
    func sweepingFollowsRefreshes() async throws { try await conformance.sweepingFollowsRefreshes() }

    @Test("A grant comes with its client and its person, as they stand")
    func holders() async throws { try await conformance.grantsAreFoundWithTheirHolders() }

    @Test("Logins that were counted and those that have yet to be add up")
    func loginsAddUp() async throws { try await conformance.countedAndLaterLoginsAddUp() }

    @Test("Hostile text comes back byte for byte")
    func textsComeBackAsTheyWere() async throws { try await conformance.textsComeBackAsTheyWere() }

    @Test("Text with a NUL is refused, not cut")
    func textsWithNULAreRefused() async throws { try await conformance.textsWithNULAreRefused() }
}
