/// A day in the Gregorian calendar.
struct CalendarDate {
    let year: Int
    /// From 1 to 12.
    let month: Int
    /// From 1 to 31.
    let day: Int
    /// Days since Sunday.
    let weekday: Int

    /// The date of a day that is counted from 1970-01-01, and not before it.
    init(day: Int) {
        weekday = (day + 4) % 7
        // Years are counted from 1 March, so that a leap day is the last of its year. 400 of them have 146,097 days.
        let (cycle, dayOfCycle) = (day + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let leapDays = dayOfCycle / 1460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
        let year = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (365 * year + year / 4 - year / 100)
        // Five months from March on, and from August on, have 153 days.
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        self.year = cycle * 400 + year + (isNextYear ? 1 : 0)
        self.month = isNextYear ? month - 9 : month + 3
        self.day = dayOfYear - (153 * month + 2) / 5 + 1
    }
}
