package routes

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A document is /openapi.json.
type document struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]described `json:"paths"`
	Tags       []struct{ Name string }         `json:"tags"`
	Components struct {
		Schemas         map[string]*schema `json:"schemas"`
		SecuritySchemes map[string]any     `json:"securitySchemes"`
	} `json:"components"`
	patterns []pattern
}

// A described operation is one of the document.
type described struct {
	Summary     string                `json:"summary"`
	Description string                `json:"description"`
	OperationID string                `json:"operationId"`
	Security    []map[string][]string `json:"security"`
	Tags        []string              `json:"tags"`
	RequestBody *struct {
		Content map[string]struct{ Schema *schema } `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct{ Schema *schema } `json:"content"`
	} `json:"responses"`
	in *document
}

// A schema is the part of JSON Schema that our document uses.
type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 any                `json:"type"`
	Properties           map[string]*schema `json:"properties"`
	Required             []string           `json:"required"`
	Items                *schema            `json:"items"`
	AnyOf                []*schema          `json:"anyOf"`
	AdditionalProperties any                `json:"additionalProperties"`
}

// document is the server's own description of its API.
func (s *server) document(t testing.TB) *document {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.described == nil {
		a := s.send(t, s.request(t, "GET /openapi.json", "")).want(t, "GET /openapi.json", 200)
		s.described = &document{}
		if err := json.Unmarshal([]byte(a.body), s.described); err != nil {
			t.Fatalf("read /openapi.json: %v", err)
		}
		s.described.index()
	}
	return s.described
}

// A pattern is a path of the document and what it matches.
type pattern struct {
	form       *regexp.Regexp
	operations map[string]described
}

var parameter = regexp.MustCompile(`\\\{.*?\\\}`)

// index puts paths without parameters before those with them.
func (d *document) index() {
	for _, path := range slices.SortedFunc(maps.Keys(d.Paths), func(a, b string) int { return strings.Count(a, "{") - strings.Count(b, "{") }) {
		form := regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(path), "[^/]+") + "$")
		d.patterns = append(d.patterns, pattern{form, d.Paths[path]})
	}
}

// operation finds that of a request.
func (d *document) operation(method, path string) (described, bool) {
	for _, pattern := range d.patterns {
		if op, found := pattern.operations[strings.ToLower(method)]; found && pattern.form.MatchString(path) {
			op.in = d
			return op, true
		}
	}
	return described{}, false
}

// checkAnswer: the status is among the described ones, and the body as described.
func (op described) checkAnswer(t testing.TB, a answer) {
	t.Helper()
	response, found := op.Responses[fmt.Sprint(a.StatusCode)]
	if !found {
		t.Errorf("%s: status %d is not described", op.OperationID, a.StatusCode)
		return
	}
	if len(response.Content) == 0 {
		if a.body != "" {
			t.Errorf("%s: %d has a body that is not described: %s", op.OperationID, a.StatusCode, a.body)
		}
		return
	}
	content, found := response.Content[a.Header.Get("Content-Type")]
	if !found {
		t.Errorf("%s: %d with Content-Type %q is not described", op.OperationID, a.StatusCode, a.Header.Get("Content-Type"))
		return
	}
	var body any
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Errorf("%s: %d is no JSON: %v: %s", op.OperationID, a.StatusCode, err, a.body)
		return
	}
	for _, fault := range op.in.faults(content.Schema, body, "body") {
		t.Errorf("%s: %d differs from its schema: %s: %s", op.OperationID, a.StatusCode, fault, a.body)
	}
}

// resolve follows a $ref; nil where it leads nowhere.
func (d *document) resolve(s *schema) *schema {
	if s == nil || s.Ref == "" {
		return s
	}
	name, local := strings.CutPrefix(s.Ref, "#/components/schemas/")
	if !local {
		return nil
	}
	return d.Components.Schemas[name]
}

// faults says where the value differs from the schema. An object has exactly the
// properties of its schema, those aside that are not required.
func (d *document) faults(s *schema, value any, at string) []string {
	if s = d.resolve(s); s == nil {
		return []string{at + " has no schema"}
	}
	if len(s.AnyOf) > 0 {
		for _, choice := range s.AnyOf {
			if len(d.faults(choice, value, at)) == 0 {
				return nil
			}
		}
		return []string{at + " is none of anyOf"}
	}
	if kind := typeOf(value); s.Type != nil && !allows(s.Type, kind) {
		return []string{fmt.Sprintf("%s is %s, not %v", at, kind, s.Type)}
	}
	var faults []string
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			faults = append(faults, d.faults(s.Items, item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		for _, name := range s.Required {
			if _, found := value[name]; !found {
				faults = append(faults, at+"."+name+" is missing")
			}
		}
		for name, item := range value {
			switch property, found := s.Properties[name]; {
			case found:
				faults = append(faults, d.faults(property, item, at+"."+name)...)
			case s.AdditionalProperties == false:
				faults = append(faults, at+"."+name+" is not described")
			}
		}
	}
	return faults
}

func typeOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if value == float64(int64(value)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

func allows(types any, kind string) bool {
	list, several := types.([]any)
	if !several {
		list = []any{types}
	}
	return slices.Contains(list, any(kind)) || kind == "integer" && slices.Contains(list, any("number"))
}

// TestDocument: the document is OpenAPI 3.1 that says of each operation what it
// is for, what it gives, and how it refuses.
func TestDocument(t *testing.T) {
	t.Parallel()
	s := one(t)
	d := s.document(t)
	if !strings.HasPrefix(d.OpenAPI, "3.1.") {
		t.Errorf("openapi is %q, want 3.1", d.OpenAPI)
	}
	a := s.send(t, s.request(t, "GET /openapi.json", ""))
	for _, match := range regexp.MustCompile(`"\$ref":"([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		if d.resolve(&schema{Ref: match[1]}) == nil {
			t.Errorf("$ref %s leads nowhere", match[1])
		}
	}
	ids := map[string]bool{}
	for path, operations := range d.Paths {
		for method, op := range operations {
			op.in = d
			name := strings.ToUpper(method) + " " + path
			if op.Summary == "" || op.Description == "" || op.OperationID == "" || ids[op.OperationID] || op.Security == nil {
				t.Errorf("%s: summary %q, description %q, operationId %q or security is missing, or the id is another's", name, op.Summary, op.Description, op.OperationID)
			}
			ids[op.OperationID] = true
			if refused := access[strings.NewReplacer("{", ":", "}", "").Replace(name)][0] == http.StatusUnauthorized; refused != (len(op.Security) > 0) {
				t.Errorf("%s: a stranger is refused: %t, but it asks for %v", name, refused, op.Security)
			}
			if len(op.Tags) != 1 || !slices.Contains(d.Tags, struct{ Name string }{op.Tags[0]}) {
				t.Errorf("%s: its tags are %q, of %q", name, op.Tags, d.Tags)
			}
			op.checkResponses(t, name)
			for _, requirement := range op.Security {
				for scheme := range requirement {
					if _, found := d.Components.SecuritySchemes[scheme]; !found {
						t.Errorf("%s: there is no security scheme %s", name, scheme)
					}
				}
			}
		}
	}
	for id := range about {
		if !ids[id] {
			t.Errorf("routes/about.go describes %s, which is no operation", id)
		}
	}
}

func (op described) checkResponses(t *testing.T, name string) {
	t.Helper()
	successes := 0
	for status, response := range op.Responses {
		for kind, content := range response.Content {
			resolved := op.in.resolve(content.Schema)
			if resolved == nil {
				t.Errorf("%s: %s has no schema", name, status)
			}
			if status >= "400" && !oauthRoute.MatchString(name) && (kind != "application/problem+json" || content.Schema.Ref != "#/components/schemas/Problem") {
				t.Errorf("%s: %s is no problem document", name, status)
			}
		}
		if status[0] == '2' {
			successes++
		}
		if len(response.Content) == 0 && status != "204" && name != "POST /token/revoke" {
			t.Errorf("%s: %s has no content", name, status)
		}
	}
	if successes != 1 {
		t.Errorf("%s: %d successes are described, want 1", name, successes)
	}
	if op.RequestBody == nil {
		return
	}
	for _, status := range []string{"400", "413", "415", "422"} {
		if _, found := op.Responses[status]; !found && !(oauthRoute.MatchString(name) && status == "422") {
			t.Errorf("%s: takes a body, but %s is not described", name, status)
		}
	}
}

// later are the routes of the contract that are not there yet; pages are those
// that are no operations of the API.
var (
	later = regexp.MustCompile(`/unlock$|^GET /metrics$`)
	pages = regexp.MustCompile(`^GET /(docs|openapi\.json)$`)
)

// TestDocumentMatchesContract compares the routes of the contract's table with
// the document, both ways.
func TestDocumentMatchesContract(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../shared/contract.md")
	if err != nil {
		t.Skipf("skipped: the contract is not at hand")
	}
	_, section, _ := strings.Cut(string(text), "\n## 2.")
	section, _, _ = strings.Cut(section, "\n## 3.")
	s := one(t)
	documented := map[string]bool{}
	for path, operations := range s.document(t).Paths {
		for method := range operations {
			documented[strings.ToUpper(method)+" "+path] = true
		}
	}
	agreed := contractRoutes(section)
	if len(agreed) < 20 {
		t.Fatalf("found only %d routes in the contract's table: %v", len(agreed), agreed)
	}
	for _, route := range agreed {
		switch {
		case pages.MatchString(route):
		case !later.MatchString(route) && !documented[route]:
			t.Errorf("%s is in the contract, but not in the document", route)
		case later.MatchString(route) && !documented[route]:
			_, path, _ := strings.Cut(callable(route), " ")
			if a := s.call(t, "root", "GET "+path, ""); a.StatusCode != http.StatusNotFound {
				t.Errorf("GET %s: got %d, want 404 until it is there", path, a.StatusCode)
			}
		}
	}
	for route := range documented {
		if !slices.Contains(agreed, route) {
			t.Errorf("%s is in the document, but not in the contract", route)
		}
	}
}

var routeForm = regexp.MustCompile("`(GET|POST|PUT|DELETE) ([^` ]+)`")

// contractRoutes are those in the first column of the table. … stands for the
// path before it.
func contractRoutes(section string) []string {
	var routes []string
	for line := range strings.SplitSeq(section, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		before := ""
		for _, match := range routeForm.FindAllStringSubmatch(cells[1], -1) {
			path := match[2]
			if tail, cut := strings.CutPrefix(path, "…"); cut {
				path = strings.TrimSuffix(before, tail) + tail
			}
			before = path
			routes = append(routes, match[1]+" "+path)
		}
	}
	return routes
}

// TestDocumentAtOnce: the document is made once, whoever asks first.
func TestDocumentAtOnce(t *testing.T) {
	t.Parallel()
	s := one(t)
	bodies := make([]string, 4)
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() { bodies[i] = s.send(t, s.request(t, "GET /openapi.json", "")).body })
	}
	all.Wait()
	if distinct := slices.Compact(bodies); distinct[0] == "" || len(distinct) != 1 {
		t.Errorf("%d documents, want one", len(distinct))
	}
}
