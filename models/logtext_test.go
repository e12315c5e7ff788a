package models_test

import (
	"errors"
	"fmt"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"

	"rolecall/models"
)

func TestLogText(t *testing.T) {
	duplicate := mssql.Error{Number: 2627, State: 1, Message: "The duplicate key value is (bob@example.com)."}
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"SQL Server's", duplicate, "mssql: state 1 (2627)"},
		{"wrapped", fmt.Errorf("insert a user: %w", duplicate), "insert a user: mssql: state 1 (2627)"},
		{"another's", errors.New("no such table: Users"), "no such table: Users"},
	} {
		if got := models.LogText(tt.err); got != tt.want {
			t.Errorf("%s: LogText = %q, want %q", tt.name, got, tt.want)
		}
	}
}
