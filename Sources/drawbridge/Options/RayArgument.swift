import ArgumentParser
import OAuth

/// A Ray ID as an argument.
struct RayArgument: ExpressibleByArgument {
    let value: RayID

    init?(argument: String) {
        guard let value = RayID(argument) else { return nil }
        self.value = value
    }
}
