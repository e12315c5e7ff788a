package tds

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenEnd    tokenKind = iota
	tokenWord             // a bare word, a keyword or not
	tokenQuoted           // "x" or [x]
	tokenText             // '…'
	tokenNText            // N'…'
	tokenNumber
	tokenBinary // 0x…
	tokenVariable
	tokenSystem // @@x
	tokenSign
)

// A lexeme is a word of T-SQL. text is without quotes; upper has the letters of
// a bare word and of a sign, so that a quoted name never looks like a keyword.
type lexeme struct {
	kind  tokenKind
	text  string
	upper string
	start int // offset in the source
	end   int
}

// signs are tried in order, the longer first.
var signs = []string{"<>", "!=", "<=", ">=", "!<", "!>", "+=", "-=", "*=", "/=",
	"(", ")", ",", ";", ".", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~"}

// lex splits T-SQL into lexemes; the last one is tokenEnd.
func lex(source string) ([]lexeme, *sqlError) {
	l := &lexer{source: source}
	for {
		if err := l.skip(); err != nil {
			return nil, err
		}
		start := l.at
		if start == len(source) {
			return append(l.out, lexeme{kind: tokenEnd, start: start, end: start}), nil
		}
		next, err := l.next()
		if err != nil {
			return nil, err
		}
		next.start, next.end = start, l.at
		l.out = append(l.out, next)
	}
}

type lexer struct {
	source string
	at     int
	out    []lexeme
}

func (l *lexer) has(prefix string) bool { return strings.HasPrefix(l.source[l.at:], prefix) }

// skip passes over blanks and comments; /* */ nest.
func (l *lexer) skip() *sqlError {
	for l.at < len(l.source) {
		r, size := utf8.DecodeRuneInString(l.source[l.at:])
		switch {
		case unicode.IsSpace(r):
			l.at += size
		case l.has("--"):
			if end := strings.IndexByte(l.source[l.at:], '\n'); end >= 0 {
				l.at += end
			} else {
				l.at = len(l.source)
			}
		case l.has("/*"):
			if err := l.skipComment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (l *lexer) skipComment() *sqlError {
	depth := 0
	for l.at < len(l.source) {
		switch {
		case l.has("/*"):
			depth++
			l.at += 2
		case l.has("*/"):
			depth--
			l.at += 2
			if depth == 0 {
				return nil
			}
		default:
			l.at++
		}
	}
	return errorf(113, "Missing end comment mark '*/'.")
}

func (l *lexer) next() (lexeme, *sqlError) {
	c := l.source[l.at]
	switch {
	case c == '\'':
		return l.quoted(tokenText, '\'')
	case (c == 'N' || c == 'n') && l.at+1 < len(l.source) && l.source[l.at+1] == '\'':
		l.at++
		return l.quoted(tokenNText, '\'')
	case c == '"':
		return l.quoted(tokenQuoted, '"')
	case c == '[':
		return l.quoted(tokenQuoted, ']')
	case l.has("0x") || l.has("0X"):
		start := l.at + 2
		l.at = start
		for l.at < len(l.source) && strings.IndexByte("0123456789abcdefABCDEF", l.source[l.at]) >= 0 {
			l.at++
		}
		return lexeme{kind: tokenBinary, text: l.source[start:l.at]}, nil
	case isDigit(c), c == '.' && l.at+1 < len(l.source) && isDigit(l.source[l.at+1]):
		return lexeme{kind: tokenNumber, text: l.number()}, nil
	}
	if word := l.word(); word != "" {
		return wordLexeme(word), nil
	}
	for _, sign := range signs {
		if l.has(sign) {
			l.at += len(sign)
			return lexeme{kind: tokenSign, text: sign, upper: sign}, nil
		}
	}
	r, _ := utf8.DecodeRuneInString(l.source[l.at:])
	return lexeme{}, near(string(r)) // ? ` { and the like
}

func wordLexeme(word string) lexeme {
	switch {
	case strings.HasPrefix(word, "@@"):
		return lexeme{kind: tokenSystem, text: word, upper: strings.ToUpper(word)}
	case word[0] == '@':
		return lexeme{kind: tokenVariable, text: word}
	}
	return lexeme{kind: tokenWord, text: word, upper: strings.ToUpper(word)}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// word takes letters, digits, _, @, # and $, beginning with no digit and no $.
func (l *lexer) word() string {
	start := l.at
	for l.at < len(l.source) {
		r, size := utf8.DecodeRuneInString(l.source[l.at:])
		inner := l.at > start && (unicode.IsDigit(r) || r == '$')
		if !inner && !unicode.IsLetter(r) && r != '_' && r != '@' && r != '#' {
			break
		}
		l.at += size
	}
	return l.source[start:l.at]
}

func (l *lexer) number() string {
	start := l.at
	digits := func() {
		for l.at < len(l.source) && isDigit(l.source[l.at]) {
			l.at++
		}
	}
	digits()
	if l.has(".") {
		l.at++
		digits()
	}
	if l.has("e") || l.has("E") {
		l.at++
		if l.has("+") || l.has("-") {
			l.at++
		}
		digits()
	}
	return l.source[start:l.at]
}

// quoted takes what stands to the closing quote; a doubled one is one of its text.
func (l *lexer) quoted(kind tokenKind, quote byte) (lexeme, *sqlError) {
	start := l.at
	var text strings.Builder
	for l.at++; l.at < len(l.source); l.at++ {
		if l.source[l.at] != quote {
			text.WriteByte(l.source[l.at])
			continue
		}
		l.at++
		if l.at == len(l.source) || l.source[l.at] != quote {
			if kind == tokenQuoted && text.Len() == 0 {
				return lexeme{}, errorf(1038, "An object or column name is missing or empty.")
			}
			return lexeme{kind: kind, text: text.String()}, nil
		}
		text.WriteByte(quote)
	}
	return lexeme{}, errorf(105, "Unclosed quotation mark after the character string '%s'.", l.source[start+1:])
}

// reserved are the words that are no name unless they are quoted: T-SQL's list.
var reserved = wordSet(`ADD ALL ALTER AND ANY AS ASC AUTHORIZATION BACKUP BEGIN BETWEEN BREAK BROWSE BULK BY
CASCADE CASE CHECK CHECKPOINT CLOSE CLUSTERED COALESCE COLLATE COLUMN COMMIT COMPUTE CONSTRAINT CONTAINS
CONTAINSTABLE CONTINUE CONVERT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER
CURSOR DATABASE DBCC DEALLOCATE DECLARE DEFAULT DELETE DENY DESC DISK DISTINCT DISTRIBUTED DOUBLE DROP DUMP
ELSE END ERRLVL ESCAPE EXCEPT EXEC EXECUTE EXISTS EXIT EXTERNAL FETCH FILE FILLFACTOR FOR FOREIGN FREETEXT
FREETEXTTABLE FROM FULL FUNCTION GOTO GRANT GROUP HAVING HOLDLOCK IDENTITY IDENTITY_INSERT IDENTITYCOL IF IN
INDEX INNER INSERT INTERSECT INTO IS JOIN KEY KILL LEFT LIKE LINENO LOAD MERGE NATIONAL NOCHECK NONCLUSTERED
NOT NULL NULLIF OF OFF OFFSETS ON OPEN OPENDATASOURCE OPENQUERY OPENROWSET OPENXML OPTION OR ORDER OUTER OVER
PERCENT PIVOT PLAN PRECISION PRIMARY PRINT PROC PROCEDURE PUBLIC RAISERROR READ READTEXT RECONFIGURE REFERENCES
REPLICATION RESTORE RESTRICT RETURN REVERT REVOKE RIGHT ROLLBACK ROWCOUNT ROWGUIDCOL RULE SAVE SCHEMA
SECURITYAUDIT SELECT SEMANTICKEYPHRASETABLE SESSION_USER SET SETUSER SHUTDOWN SOME STATISTICS SYSTEM_USER
TABLE TABLESAMPLE TEXTSIZE THEN TO TOP TRAN TRANSACTION TRIGGER TRUNCATE TRY_CONVERT TSEQUAL UNION UNIQUE
UNPIVOT UPDATE UPDATETEXT USE USER VALUES VARYING VIEW WAITFOR WHEN WHERE WHILE WITH WITHIN WRITETEXT`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}
