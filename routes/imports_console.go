package routes

import (
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"rolecall/models"
	"rolecall/services"
	"rolecall/views"
)

// importPath is where a file of users is sent to.
const importPath = "/admin/users/import"

// consoleImport serves GET /admin/users/import.
func (h *handlers) consoleImport(c *fiber.Ctx) error {
	return h.renderImportForm(c, http.StatusOK, views.ImportForm{Existing: models.SkipExisting})
}

func (h *handlers) renderImportForm(c *fiber.Ctx, status int, form views.ImportForm) error {
	ctx := c.UserContext()
	latest, err := h.Imports.Latest(ctx, actorOf(ctx))
	if err != nil {
		return err
	}
	return h.render(c, status, "imports/new", views.ImportNew{
		Page: h.page(c, "Import users"), Form: form, Latest: latest, Most: services.ImportMax, Columns: services.ImportColumns,
	})
}

// consoleImportSend serves POST /admin/users/import: the file is kept and checked.
func (h *handlers) consoleImportSend(c *fiber.Ctx) error {
	form, one := views.ImportForm{}, models.Import{}
	err := h.parts(c, func(ctx context.Context, part *multipart.Part) (err error) {
		switch part.FormName() {
		case "existing":
			form.Existing, err = smallPart(part)
		case "file":
			if one.ImportID == "" && part.FileName() != "" { // a browser sends it empty where none is chosen
				one, err = h.Imports.Receive(ctx, actorOf(ctx), part.FileName(), part)
			}
		}
		return err
	})
	if err == nil && one.ImportID == "" {
		err = models.InvalidField("file", "Choose a file.")
	}
	if err == nil {
		err = h.aside(c, func(ctx context.Context) error {
			return h.Imports.Check(ctx, actorOf(ctx), one.ImportID, form.Existing)
		})
	}
	if shownAgain(err) {
		form.Refusal = views.Refused(err)
		return h.renderImportForm(c, h.refusedForm(c, err), form)
	}
	if err != nil {
		return err
	}
	return redirect(c, importURL(one.ImportID))
}

func importURL(id string) string { return importPath + "/" + id }

// smallPart is the value of a field that is one of a few words.
func smallPart(part *multipart.Part) (models.Existing, error) {
	text, err := io.ReadAll(io.LimitReader(part, 32))
	return models.Existing(text), err
}

// patience is how long a page waits for work that may take longer: what is short
// is then done when it is shown.
const patience = time.Second

// aside does work that may outlive the request, and returns its error if that comes
// at once. Later it is in the log.
func (h *handlers) aside(c *fiber.Ctx, work func(ctx context.Context) error) error {
	ctx := models.WithActor(h.life, actorOf(c.UserContext()))
	done := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil { // of no handler: begin would not see it
				done <- fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		done <- work(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
	}
	go func() {
		if err := <-done; err != nil && ctx.Err() == nil {
			h.explain(ctx, err)
		}
	}()
	return nil
}

// consoleImportShow serves GET /admin/users/import/:import.
func (h *handlers) consoleImportShow(c *fiber.Ctx) error {
	return h.renderImport(c, http.StatusOK, views.Refusal{})
}

func (h *handlers) renderImport(c *fiber.Ctx, status int, refusal views.Refusal) error {
	ctx := c.UserContext()
	one, err := h.Imports.Get(ctx, actorOf(ctx), c.Params("import"))
	if err != nil {
		return err
	}
	page := views.ImportShow{Page: h.page(c, "Import users"), Refusal: refusal, Import: one}
	page.Here = importURL(one.ImportID) // also where the form was refused
	if one.Running() {
		page.Again = 2
	}
	return h.render(c, status, "imports/show", page)
}

// consoleImportGo serves POST /admin/users/import/:import: the file is taken in. It
// brings hashes and roles along, so the sign-in has to be fresh. What stopped goes
// on.
func (h *handlers) consoleImportGo(c *fiber.Ctx) error {
	ctx, id := c.UserContext(), c.Params("import")
	one, err := h.Imports.Get(ctx, actorOf(ctx), id)
	if err != nil {
		return err
	}
	if one.Phase == models.Checking {
		err = h.aside(c, func(ctx context.Context) error { return h.Imports.Check(ctx, actorOf(ctx), id, one.Existing) })
	} else if err = h.confirmed(c); err == nil {
		err = h.aside(c, func(ctx context.Context) error { return h.Imports.Write(ctx, actorOf(ctx), id) })
	}
	if shownAgain(err) {
		return h.renderImport(c, h.refusedForm(c, err), views.Refused(err))
	}
	if err != nil {
		return err
	}
	return redirect(c, importURL(id))
}

// consoleImportReport serves GET /admin/users/import/:import/report: all that is
// wrong, as a file.
func (h *handlers) consoleImportReport(c *fiber.Ctx) error {
	ctx := c.UserContext()
	next, err := h.Imports.Faults(ctx, actorOf(ctx), c.Params("import"))
	if err != nil {
		return err
	}
	return h.sendCSV(c, "faults", services.FaultColumns, func(ctx context.Context) ([][]string, error) {
		faults, err := next(ctx)
		return services.FaultRows(faults), err
	})
}

// consoleImportStop serves POST /admin/users/import/:import/stop.
func (h *handlers) consoleImportStop(c *fiber.Ctx) error {
	ctx, id := c.UserContext(), c.Params("import")
	if err := h.Imports.Stop(ctx, actorOf(ctx), id); err != nil {
		return err
	}
	return redirect(c, importURL(id))
}

// consoleImportDelete serves POST /admin/users/import/:import/delete.
func (h *handlers) consoleImportDelete(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if err := h.Imports.Discard(ctx, actorOf(ctx), c.Params("import")); err != nil {
		return err
	}
	return redirect(c, importPath)
}
