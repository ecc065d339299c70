/// A drawing of 24 by 24, which only decorates.
enum Icon: Sendable {
    case city
    case tram
    case parking

    /// The drawing as an element of a page.
    var svg: String { drawing(attributes: #"stroke="currentColor" aria-hidden="true" focusable="false""#) }

    /// The drawing as a file of its own, in `colour`.
    func file(colour: String) -> String {
        drawing(attributes: #"xmlns="http://www.w3.org/2000/svg" stroke="\#(colour)""#)
    }

    private func drawing(attributes: String) -> String {
        let path =
            switch self {
            case .city: "M4 21V9l4-3 4 3v12M12 21V4l4-2 4 2v17M2 21h20M7 13h2M7 17h2M15 8h2M15 12h2M15 16h2"
            case .tram:
                "M8 2h8M12 2v3M7 5h10a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z"
                    + "M5 12h14M8.5 15h.01M15.5 15h.01M8 18l-2 4M16 18l2 4"
            case .parking:
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM9 17V7h4a3 3 0 0 1 0 6H9"
            }
        return #"<svg viewBox="0 0 24 24" width="28" height="28" fill="none" stroke-width="1.75" "#
            + #"stroke-linecap="round" stroke-linejoin="round" \#(attributes)><path d="\#(path)"/></svg>"#
    }
}
