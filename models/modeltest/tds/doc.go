// Package tds is a small SQL Server for tests. It speaks TDS 7.4 ([MS-TDS]) to
// the real go-mssqldb driver over a loopback listener, parses the T-SQL that it
// is sent, binds it to its catalogue as SQL Server does, and runs it on SQLite.
//
// It exists to refuse: what SQL Server does not take (LIMIT, RETURNING,
// backticks, a bit as a condition, OFFSET without ORDER BY, a string longer than
// its column, OUTPUT on a table with a trigger, …) fails here with SQL Server's
// number and text, so that a suite can't pass on SQL that would fail there. What
// the package does not know it answers with an error, and never with a guess.
//
// # Where it differs from SQL Server
//
//   - Readers never wait, as under READ_COMMITTED_SNAPSHOT. In a transaction
//     every statement sees what is committed by then; from its first write (or
//     a SELECT with UPDLOCK, XLOCK or HOLDLOCK, or at a stricter isolation
//     level) it holds the one write lock of the database. A statement that waits
//     for it longer than 5 s, or than SET LOCK_TIMEOUT, gets error 1222. So
//     there are no deadlocks but those of [Server.FailNext] and [Server.FailAt].
//   - Every syntax error has number 102, never 156. What SQL Server takes and
//     this package does not has number 102 too.
//   - Comparisons convert as SQLite does: a number compared with text that is
//     none is unequal, where SQL Server answers 245. A scalar subquery with
//     several rows gives the first, where SQL Server answers 512.
//   - A rolled-back or refused INSERT gives its identity value back.
//   - Strings compare by simple case folding and without trailing blanks. Kana,
//     width and expansions (ß and ss) are not known.
//   - Triggers are remembered for error 334, their bodies do not run.
//   - Rights are SELECT, INSERT, UPDATE and DELETE on whole tables. All else is
//     sa's alone, and the catalogue's views show everybody every table.
//   - There are no DECIMAL columns, temporary tables, cursors, views, stored
//     procedures, MERGE, APPLY, or recursive common table expressions.
//
// [MS-TDS]: https://learn.microsoft.com/openspecs/windows_protocols/ms-tds
package tds
