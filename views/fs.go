// Package views holds the pages: a struct for each, the templates that show
// them, and the few functions these need. What a page decides is a method of
// its struct; a template only shows it.
package views

import "embed"

// FS holds the templates. The name of a page is its path without ".html", such
// as "users/list".
//
//go:embed */*.html
var FS embed.FS
