package services

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rolecall/models"
)

// WriteCSV writes rows as RFC 4180 has them. What a spreadsheet would run as a
// formula is marked as text.
func WriteCSV(w io.Writer, rows [][]string) error {
	file := csv.NewWriter(w)
	file.UseCRLF = true
	for _, row := range rows {
		plain := make([]string, len(row))
		for i, text := range row {
			plain[i] = plainCell(text)
		}
		if err := file.Write(plain); err != nil {
			return err
		}
	}
	file.Flush()
	return file.Error()
}

// plainCell marks as text, by an apostrophe, what a spreadsheet would run as a
// formula (OWASP, CSV Injection). What looks like marked already is marked too, so
// that textOf gives back each text.
func plainCell(text string) string {
	if isFormula(strings.TrimLeft(text, "'")) {
		return "'" + text
	}
	return text
}

// textOf is the text that plainCell made the cell of.
func textOf(cell string) string {
	if rest, marked := strings.CutPrefix(cell, "'"); marked && isFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return cell
}

// isFormula: some spreadsheets read the wide forms of East Asia as the narrow ones.
func isFormula(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}

// UserColumns are the columns of a file of users, as the API names them.
var UserColumns = []string{
	"user_id", "username", "email", "first_name", "last_name", "is_active", "roles", "created_at", "updated_at", "last_login_at",
}

// ImportColumns are those that an import takes in; the others of UserColumns it
// passes over.
var ImportColumns = []string{"username", "email", "first_name", "last_name", "is_active", "roles", "password_hash"}

// UserRows are the users as rows with UserColumns. A time that is not known is
// empty, and no hash is among them.
func UserRows(users []models.User) [][]string {
	rows := make([][]string, len(users))
	for i, u := range users {
		rows[i] = []string{
			strconv.FormatInt(u.UserID, 10), u.Username, u.Email, u.FirstName, u.LastName, strconv.FormatBool(u.IsActive()),
			joinNames(u.RoleNames()), timeCell(u.CreatedAt), timeCell(u.UpdatedAt), timeCell(u.LastLoginAt),
		}
	}
	return rows
}

func timeCell(at models.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Std().UTC().Format(time.RFC3339Nano)
}

// joinNames makes one cell of names: a line of CSV in itself, with semicolons, as
// a name may hold any sign.
func joinNames(names []string) string {
	if len(names) == 0 {
		return ""
	}
	var cell strings.Builder
	line := csv.NewWriter(&cell)
	line.Comma = ';'
	_ = line.Write(names) // a Builder takes everything
	line.Flush()
	return strings.TrimSuffix(cell.String(), "\n")
}
