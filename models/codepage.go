package models

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// A codePage is the number of a set of characters, as Windows has it. 0 is one
// that we do not know, and so trust with ASCII alone.
type codePage int64

// utf8Page is UTF-8, which holds everything.
const utf8Page codePage = 65001

// codePages are those of SQL Server's collations.
var codePages = map[codePage]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 874: charmap.Windows874, 932: japanese.ShiftJIS, 936: simplifiedchinese.GBK,
	949: korean.EUCKR, 950: traditionalchinese.Big5, 1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252,
	1253: charmap.Windows1253, 1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257,
	1258: charmap.Windows1258,
}

// measure is how many bytes the text takes there; false where the page has not
// all of its characters. What SQL Server would put in their place, another letter
// or a question mark, would be another name.
func (p codePage) measure(text string) (bytes int64, holds bool) {
	if p == utf8Page || ascii(text) {
		return int64(len(text)), true
	}
	page, known := codePages[p]
	if !known {
		return 0, false
	}
	encoded, err := page.NewEncoder().String(text)
	return int64(len(encoded)), err == nil
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}
