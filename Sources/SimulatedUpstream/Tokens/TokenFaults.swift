/// The faults that bear on minting tokens.
struct TokenFaults: Sendable {
    var token: Set<TokenFault> = []
    var keySet: Set<KeySetFault> = []

    init(_ faults: Set<Fault>) {
        for fault in faults {
            switch fault {
            case .token(let fault): token.insert(fault)
            case .keySet(let fault): keySet.insert(fault)
            case .answer, .callback, .refreshRefused, .gitHub: break
            }
        }
    }
}
