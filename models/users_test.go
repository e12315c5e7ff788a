package models_test

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// Among finds whatever is among the texts, whatever the texts hold, and no others.
func TestAmong(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		odd := []string{`a"b`, `a\b`, `{a,b}`, `a'b`, "NULL", "zoë", " a", "a\tb", "%"}
		err := db.Tx(t.Context(), func(tx *gorm.DB) error {
			for _, name := range append([]string{"ann", "bob"}, odd...) {
				row := map[string]any{"Username": db.Param("Username", name), "Email": db.Param("Email", name+"@example.com"), "PasswordHash": "", "FirstName": "", "LastName": ""}
				if err := tx.Table("Users").Create(db.OwnerRow(row)).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, texts := range [][]string{{"ANN"}, odd, {`a""b`, `a\\b`, "a", ""}} {
			want := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return text != "ANN" && !slices.Contains(odd, text) })
			var found []string
			if err := db.Read(t.Context()).Table("Users").Where(db.Among("Username", texts)).Pluck("Username", &found).Error; err != nil {
				t.Fatal(err)
			}
			if slices.Equal(texts, []string{"ANN"}) {
				want = []string{"ann"}
			}
			slices.Sort(found)
			if slices.Sort(want); !slices.Equal(found, want) {
				t.Errorf("among %q there are %q, want %q", texts, found, want)
			}
		}
	})
}
