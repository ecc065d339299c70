import HTTPTypes
import HummingbirdCore
import NIOCore

/// Takes the body of an answer as a whole, as all of ours are.
final class AnswerBody: ResponseBodyWriter {
    private(set) var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) {
        if self.buffer.readableBytes == 0 {
            self.buffer = buffer
        } else {
            self.buffer.writeImmutableBuffer(buffer)
        }
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}

@available(*, unavailable)
extension AnswerBody: Sendable {}
