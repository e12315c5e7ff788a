package routes

import (
	"context"
	"time"

	"rolecall/models"
)

type healthOutput struct {
	Body struct {
		Status string `json:"status" example:"ok"`
	}
}

func healthy() *healthOutput {
	out := &healthOutput{}
	out.Body.Status = "ok"
	return out
}

// apiHealth serves GET /healthz: it asks nobody.
func (h *handlers) apiHealth(context.Context, *struct{}) (*healthOutput, error) {
	return healthy(), nil
}

// readyLimit is how long the database may take to answer.
const readyLimit = 2 * time.Second

// apiReady serves GET /readyz.
func (h *handlers) apiReady(ctx context.Context, _ *struct{}) (*healthOutput, error) {
	if h.drain.begun.Load() {
		return nil, &models.Error{Kind: models.Busy, Message: "The program is about to stop.", RetryAfter: 1}
	}
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	if err := h.Ready(ctx); err != nil {
		return nil, &models.Error{Kind: models.Busy, Message: "The database does not answer.", RetryAfter: 1, Err: err}
	}
	return healthy(), nil
}
