package views

import (
	"bytes"
	"html/template"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolecall/models"
)

// parse names the templates as the engine does: by path, without the extension.
func parse(t *testing.T) *template.Template {
	t.Helper()
	set := template.New("").Funcs(Funcs(english(t), languages(t)))
	for _, name := range templateNames(t) {
		text, err := fs.ReadFile(FS, name+".html")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := set.New(name).Parse(string(text)); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

// english is the language that the cases expect.
func english(t *testing.T) *Language {
	t.Helper()
	return languages(t)[0]
}

func languages(t *testing.T) []*Language {
	t.Helper()
	list, err := Languages()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func templateNames(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(FS, "*/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d templates: %v", len(files), err)
	}
	for i, name := range files {
		files[i] = strings.TrimSuffix(name, ".html")
	}
	return files
}

func render(t *testing.T, set *template.Template, c pageCase) string {
	t.Helper()
	var out bytes.Buffer
	if err := set.ExecuteTemplate(&out, c.template, c.page); err != nil {
		t.Fatalf("%s, %s: %v", c.template, c.name, err)
	}
	return out.String()
}

// TestPages shows every page in several states and holds what is true of each.
func TestPages(t *testing.T) {
	t.Parallel()
	set := parse(t)
	for _, c := range pageCases() {
		out := render(t, set, c)
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s, %s: does not say %q", c.template, c.name, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(out, not) {
				t.Errorf("%s, %s: says %q", c.template, c.name, not)
			}
		}
		for _, fault := range faults(out) {
			t.Errorf("%s, %s: %s", c.template, c.name, fault)
		}
	}
}

// TestEveryTemplateHasACase fails for a page that TestPages does not show.
func TestEveryTemplateHasACase(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, c := range pageCases() {
		shown[c.template] = true
	}
	for _, name := range templateNames(t) {
		if !shown[name] && !strings.HasPrefix(name, "partials/") {
			t.Errorf("no case shows %s", name)
		}
	}
}

// TestFrame holds that each page has the common head and foot, save the one that
// Swagger UI fills.
func TestFrame(t *testing.T) {
	t.Parallel()
	for _, name := range templateNames(t) {
		text, err := fs.ReadFile(FS, name+".html")
		if err != nil {
			t.Fatal(err)
		}
		framed := strings.HasPrefix(string(text), `{{template "partials/head" .}}`) &&
			strings.HasSuffix(string(text), "{{template \"partials/foot\" .}}\n")
		if bare := strings.HasPrefix(name, "partials/") || name == "docs/index"; framed == bare {
			t.Errorf("%s: begins with the head and ends with the foot = %t", name, framed)
		}
	}
}

// TestIcons holds that no template asks for an icon that is not drawn.
func TestIcons(t *testing.T) {
	t.Parallel()
	drawn, err := fs.ReadFile(FS, "partials/icons.html")
	if err != nil {
		t.Fatal(err)
	}
	asked := []string{"active", "disabled", "pending", "locked", "ascending", "descending"}
	for _, item := range (Page{Actor: admin()}).Nav() {
		asked = append(asked, item.Icon)
	}
	call := regexp.MustCompile(`\{\{template "icon" "([^"]*)"`)
	for _, name := range templateNames(t) {
		text, err := fs.ReadFile(FS, name+".html")
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range call.FindAllStringSubmatch(string(text), -1) {
			asked = append(asked, match[1])
		}
	}
	for _, icon := range asked {
		if !strings.Contains(string(drawn), `eq . "`+icon+`"`) {
			t.Errorf("there is no icon %q", icon)
		}
	}
}

var (
	anyTag   = regexp.MustCompile(`<[a-zA-Z][^\s/>]*(?:"[^"]*"|'[^']*'|[^'">])*>`)
	quoted   = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	handler  = regexp.MustCompile(`(?i)\son[a-z]+\s*=`)
	styled   = regexp.MustCompile(`(?i)\sstyle\s*=`)
	control  = regexp.MustCompile(`^<(input|select|textarea)\b`)
	idValue  = regexp.MustCompile(`\sid="([^"]*)"`)
	labelFor = regexp.MustCompile(`<label[^>]*\sfor="([^"]*)"`)
	script   = regexp.MustCompile(`<script([^>]*)>([^<]*)</script>`)
	refersTo = regexp.MustCompile(`\s(?:aria-describedby|aria-labelledby|data-reveal)="([^"]*)"`)
)

// faults lists what no page may have: script or style within it, a control
// without a label, an id twice, a reference to none.
func faults(page string) []string {
	var list []string
	ids, labels := map[string]int{}, []string{}
	for _, match := range idValue.FindAllStringSubmatch(page, -1) {
		ids[match[1]]++
	}
	for id, times := range ids {
		if times > 1 {
			list = append(list, "the id "+id+" occurs twice")
		}
	}
	for _, match := range labelFor.FindAllStringSubmatch(page, -1) {
		labels = append(labels, match[1])
	}
	for _, tag := range anyTag.FindAllString(page, -1) {
		if bare := quoted.ReplaceAllString(tag, `""`); handler.MatchString(bare) || styled.MatchString(bare) || strings.HasPrefix(bare, "<style") {
			list = append(list, "inline style or handler: "+tag)
		}
		if !control.MatchString(tag) || strings.Contains(tag, `type="hidden"`) {
			continue
		}
		if id := idValue.FindStringSubmatch(tag); id == nil || !slices.Contains(labels, id[1]) {
			list = append(list, "a control without a label: "+tag)
		}
	}
	for _, match := range script.FindAllStringSubmatch(page, -1) {
		if !strings.Contains(match[1], " src=") || match[2] != "" {
			list = append(list, "inline script: "+match[0])
		}
	}
	for _, match := range refersTo.FindAllStringSubmatch(page, -1) {
		for id := range strings.FieldsSeq(match[1]) {
			if ids[id] == 0 {
				list = append(list, "a reference to no element: "+id)
			}
		}
	}
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "<no value>") || strings.Contains(page, "%!") {
		list = append(list, "a value is not escaped, or is missing")
	}
	return list
}

// TestFaults keeps the check itself honest.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, page := range []string{
		`<p style="x">`, `<p onclick="x">`, `<input name="a" onx="1">`, `<input id="a" name="a">`, `<select></select>`,
		`<script>1</script>`, `<script>alert(1)</script>`, `<i id="a"></i><i id="a"></i>`, `<i aria-describedby="a"></i>`, `<style>p{}</style>`,
	} {
		if len(faults(page)) == 0 {
			t.Errorf("no fault found in %s", page)
		}
	}
	if list := faults(`<label for="a">A</label><input id="a" value="x onx=1 style=2"><script src="/x"></script>`); len(list) > 0 {
		t.Errorf("faults = %v, want none", list)
	}
}

// TestPasswordsAreNotKept holds that no password field has a value.
func TestPasswordsAreNotKept(t *testing.T) {
	t.Parallel()
	set := parse(t)
	secret := regexp.MustCompile(`<input[^>]*type="password"[^>]*>`)
	for _, c := range pageCases() {
		for _, tag := range secret.FindAllString(render(t, set, c), -1) {
			if strings.Contains(tag, " value=") || !regexp.MustCompile(`autocomplete="(current|new)-password"`).MatchString(tag) {
				t.Errorf("%s, %s: %s", c.template, c.name, tag)
			}
		}
	}
}

// TestHostileValues shows what an attacker may put into a name, on every page
// that shows one.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	set := parse(t)
	for _, evil := range []string{`<script>alert(1)</script>`, `" onx=`, `' onx='`, `javascript:alert(1)`, `{{.Title}}`, `</title><script>`} {
		for _, c := range hostileCases(evil) {
			out := render(t, set, c)
			for _, fault := range faults(out) {
				t.Errorf("%s with %q: %s", c.template, evil, fault)
			}
			if strings.Contains(out, `href="javascript:`) || strings.Contains(out, `</title><script>`) {
				t.Errorf("%s lets %q out", c.template, evil)
			}
		}
	}
}

func admin() models.Actor {
	return models.Actor{User: models.User{UserID: 1, Username: "ada", FirstName: "Ada", LastName: "Lovelace",
		Email: "ada@example.com", OwnerActive: true, Status: models.Active,
		Roles: []models.Role{{RoleID: 1, RoleName: models.AdminRole}}}, SessionID: "s1"}
}
