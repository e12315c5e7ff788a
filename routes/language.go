package routes

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/template/html/v2"
	"golang.org/x/text/language"

	"rolecall/views"
)

// languageCookie names the language that somebody chose.
const languageCookie = "rolecall-language"

// speech is the templates in each language: html/template binds functions, and so
// the words, when it parses.
type speech struct {
	tags    []string // the first is English
	engines map[string]*html.Engine
	matcher language.Matcher
}

func loadLanguages() (*speech, error) {
	list, err := views.Languages()
	if err != nil {
		return nil, err
	}
	s := &speech{engines: map[string]*html.Engine{}}
	tags := make([]language.Tag, len(list))
	for i, l := range list {
		engine := html.NewFileSystem(http.FS(views.FS), ".html")
		engine.AddFuncMap(views.Funcs(l))
		if err := engine.Load(); err != nil {
			return nil, fmt.Errorf("templates in %s: %w", l.Tag, err)
		}
		s.tags, s.engines[l.Tag], tags[i] = append(s.tags, l.Tag), engine, language.Make(l.Tag)
	}
	s.matcher = language.NewMatcher(tags)
	return s, nil
}

// language is the one that the reader chose, or else the one of ours that the
// browser likes best.
func (h *handlers) language(c *fiber.Ctx) string {
	if chosen := c.Cookies(h.cookieName(languageCookie)); h.speech.engines[chosen] != nil {
		return chosen
	}
	wanted, _, err := language.ParseAcceptLanguage(c.Get(fiber.HeaderAcceptLanguage))
	if err != nil {
		return views.English
	}
	_, place, _ := h.speech.matcher.Match(wanted...)
	return h.speech.tags[place]
}

// render answers with a page, in the language of whoever reads it.
func (h *handlers) render(c *fiber.Ctx, status int, name string, page any) error {
	var body bytes.Buffer
	if err := h.speech.engines[h.language(c)].Render(&body, name, page); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(body.Bytes())
}
