package routes

import (
	"context"
	"time"

	"rolecall/models"
)

// A sessionJSON is a session as its owner and admins see it: never a token.
type sessionJSON struct {
	SessionID  string    `json:"session_id" doc:"The sid claim of its tokens."`
	Kind       string    `json:"kind" enum:"api,console"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at" doc:"To a few minutes."`
	ExpiresAt  time.Time `json:"expires_at"`
	Address    string    `json:"address" example:"192.0.2.7"`
	UserAgent  string    `json:"user_agent"`
	Current    bool      `json:"current" doc:"It is the one that asks."`
}

type sessionListOutput struct {
	Body struct {
		Items []sessionJSON `json:"items" nullable:"false" doc:"Newest first."`
	}
}

func (h *handlers) listSessions(ctx context.Context, userID int64) (*sessionListOutput, error) {
	actor := actorOf(ctx)
	sessions, err := h.Sessions.List(ctx, actor, userID)
	if err != nil {
		return nil, err
	}
	out := &sessionListOutput{}
	out.Body.Items = make([]sessionJSON, len(sessions))
	for i, session := range sessions {
		out.Body.Items[i] = showSession(actor, session)
	}
	return out, nil
}

func showSession(actor models.Actor, s models.Session) sessionJSON {
	return sessionJSON{
		SessionID: s.SessionID, Kind: string(s.Kind),
		CreatedAt: s.CreatedAt.Std(), LastSeenAt: s.LastSeenAt.Std(), ExpiresAt: s.ExpiresAt.Std(),
		Address: s.Address, UserAgent: s.UserAgent, Current: s.SessionID == actor.SessionID,
	}
}

// apiMySessions serves GET /users/me/sessions.
func (h *handlers) apiMySessions(ctx context.Context, _ *struct{}) (*sessionListOutput, error) {
	return h.listSessions(ctx, actorOf(ctx).User.UserID)
}

type sessionInput struct {
	SessionID string `path:"session_id" doc:"One of the list of my sessions."`
}

// apiMySessionEnd serves DELETE /users/me/sessions/{session_id}.
func (h *handlers) apiMySessionEnd(ctx context.Context, in *sessionInput) (*struct{}, error) {
	return nil, h.Sessions.End(ctx, actorOf(ctx), in.SessionID)
}

// apiUserSessions serves GET /users/{user_id}/sessions.
func (h *handlers) apiUserSessions(ctx context.Context, in *userInput) (*sessionListOutput, error) {
	return h.listSessions(ctx, in.UserID)
}

// apiUserSessionsEnd serves DELETE /users/{user_id}/sessions.
func (h *handlers) apiUserSessionsEnd(ctx context.Context, in *userInput) (*struct{}, error) {
	return nil, h.Sessions.EndAll(ctx, actorOf(ctx), in.UserID)
}
