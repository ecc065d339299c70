#ifndef DRAWBRIDGE_CSQLITE_H
#define DRAWBRIDGE_CSQLITE_H

/// Has SQLite keep no count of the memory it uses: each allocation would take two locks for that.
///
/// Only before the library is first used; what it answers is an SQLite result code. Swift cannot call the function behind
/// it, whose arguments vary.
int drawbridge_sqlite_count_no_memory(void);

#endif
