import NIOCore

/// Closes a connection at a moment that every request puts off, without a new timer each time.
final class ConnectionAlarm {
    private var deadline: NIODeadline?
    private var timer: (due: NIODeadline, task: Scheduled<Void>)?

    /// Closes the connection after `time`, unless it is set anew or cleared before. Call it on the event loop.
    func set(_ time: Duration, _ context: ChannelHandlerContext) {
        let deadline = context.eventLoop.now + TimeAmount(time)
        self.deadline = deadline
        // A timer that is due before looks at the deadline when it goes off.
        if let timer, timer.due <= deadline { return }
        timer?.task.cancel()
        startTimer(until: deadline, context.channel)
    }

    /// Lets the connection be.
    func clear() {
        deadline = nil
    }

    /// Lets the connection be, and holds on to it no longer.
    func remove() {
        clear()
        timer?.task.cancel()
        timer = nil
    }

    private func startTimer(until due: NIODeadline, _ channel: any Channel) {
        let task = channel.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.goOff(channel) }
        timer = (due, task)
    }

    private func goOff(_ channel: any Channel) {
        timer = nil
        guard let deadline else { return }
        if channel.eventLoop.now < deadline {
            startTimer(until: deadline, channel)
        } else {
            channel.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension ConnectionAlarm: Sendable {}
