package routes

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rolecall/models"
	"rolecall/services"
)

// A userJSON is an account as the API shows it: never a hash.
type userJSON struct {
	UserID      int64      `json:"user_id" example:"7"`
	Username    string     `json:"username" example:"ann"`
	Email       string     `json:"email" example:"ann@example.com"`
	FirstName   string     `json:"first_name" example:"Ann"`
	LastName    string     `json:"last_name" example:"Archer"`
	IsActive    bool       `json:"is_active"`
	Roles       []string   `json:"roles" nullable:"false" doc:"Sorted names."`
	CreatedAt   *time.Time `json:"created_at" doc:"null for an account that another program created."`
	UpdatedAt   *time.Time `json:"updated_at"`
	LastLoginAt *time.Time `json:"last_login_at"`
}

func showUser(u models.User) userJSON {
	return userJSON{
		UserID: u.UserID, Username: u.Username, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
		IsActive: u.IsActive(), Roles: u.RoleNames(),
		CreatedAt: showTime(u.CreatedAt), UpdatedAt: showTime(u.UpdatedAt), LastLoginAt: showTime(u.LastLoginAt),
	}
}

// showTime is null for never.
func showTime(t models.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	std := t.Std()
	return &std
}

type (
	userOutput struct {
		ETag string `header:"ETag"`
		Body userJSON
	}
	createdUserOutput struct {
		Location string `header:"Location"`
		ETag     string `header:"ETag"`
		Body     userJSON
	}
	userPageOutput struct {
		Body struct {
			Items    []userJSON `json:"items" nullable:"false"`
			Total    int64      `json:"total" doc:"Of the whole list, under the same filters."`
			Next     *string    `json:"next" doc:"The cursor of the next page."`
			Previous *string    `json:"previous"`
		}
	}
)

func answerUser(user models.User, err error) (*userOutput, error) {
	if err != nil {
		return nil, err
	}
	return &userOutput{ETag: etag(user), Body: showUser(user)}, nil
}

func answerCreated(user models.User, err error) (*createdUserOutput, error) {
	if err != nil {
		return nil, err
	}
	return &createdUserOutput{Location: fmt.Sprintf("/users/%d", user.UserID), ETag: etag(user), Body: showUser(user)}, nil
}

func etag(user models.User) string { return `"` + user.Revision() + `"` }

type registrationInput struct {
	Body struct {
		Username  string `json:"username" doc:"3 to 64 letters, digits and . _ @ + -, beginning with a letter or digit." example:"ann"`
		Password  string `json:"password" doc:"At least 8 characters (or as configured), at most 64 and 72 bytes; not a common one." format:"password" example:"correct horse battery"`
		Email     string `json:"email" example:"ann@example.com"`
		FirstName string `json:"first_name,omitempty" example:"Ann"`
		LastName  string `json:"last_name,omitempty" example:"Archer"`
	}
}

// apiRegister serves POST /register with a JSON body.
func (h *handlers) apiRegister(ctx context.Context, in *registrationInput) (*createdUserOutput, error) {
	return answerCreated(h.Users.Register(ctx, actorOf(ctx), services.NewUser{
		Username: in.Body.Username, Password: in.Body.Password, Email: in.Body.Email,
		FirstName: in.Body.FirstName, LastName: in.Body.LastName,
	}))
}

// apiMe serves GET /users/me.
func (h *handlers) apiMe(ctx context.Context, _ *struct{}) (*userOutput, error) {
	actor := actorOf(ctx)
	return answerUser(actor.User, actor.RequireUser("see your account"))
}

type myPasswordInput struct {
	Body struct {
		CurrentPassword string `json:"current_password" format:"password" example:"correct horse battery"`
		NewPassword     string `json:"new_password" format:"password" example:"another horse battery"`
	}
}

// apiMyPassword serves POST /users/me/password.
func (h *handlers) apiMyPassword(ctx context.Context, in *myPasswordInput) (*struct{}, error) {
	return nil, h.Users.ChangePassword(ctx, actorOf(ctx), in.Body.CurrentPassword, in.Body.NewPassword)
}

type userListInput struct {
	Search string     `query:"search" doc:"The beginning of username, e-mail, first or last name; two words are first and last name in either order."`
	Role   []string   `query:"role,explode" nullable:"false" doc:"Holders of any of these roles; may repeat."`
	Status userStatus `query:"status" doc:"locked: failed sign-ins hold it; pending: it waits for an admin's approval."`
	Sort   userSort   `query:"sort" doc:"With - in front, descending. By roles is by the first name of each user's."`
	Limit  int        `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"1 to 200."`
	Cursor string     `query:"cursor" doc:"next or previous of another page, in the same order."`
}

// apiUserList serves GET /users.
func (h *handlers) apiUserList(ctx context.Context, in *userListInput) (*userPageOutput, error) {
	page, err := h.Users.List(ctx, actorOf(ctx), services.UserQuery{
		Search: in.Search, Roles: in.Role, Status: string(in.Status), Sort: string(in.Sort), Limit: explicit(in.Limit), Cursor: in.Cursor,
	})
	if err != nil {
		return nil, err
	}
	out := &userPageOutput{}
	out.Body.Items = make([]userJSON, len(page.Items))
	for i, user := range page.Items {
		out.Body.Items[i] = showUser(user)
	}
	out.Body.Total, out.Body.Next, out.Body.Previous = page.Total, showCursor(page.Next), showCursor(page.Previous)
	return out, nil
}

// explicit is a limit that was given: a zero is refused, not taken for none.
func explicit(limit int) int {
	if limit == 0 {
		return -1
	}
	return limit
}

func showCursor(cursor string) *string {
	if cursor == "" {
		return nil
	}
	return &cursor
}

type userCreateInput struct {
	Body struct {
		Username  string    `json:"username" example:"bob"`
		Password  string    `json:"password" format:"password" example:"correct horse battery"`
		Email     string    `json:"email" example:"bob@example.com"`
		FirstName string    `json:"first_name,omitempty" example:"Bob"`
		LastName  string    `json:"last_name,omitempty" example:"Baker"`
		Roles     *[]string `json:"roles,omitempty" doc:"Without it, User." example:"[\"User\"]"`
		IsActive  *bool     `json:"is_active,omitempty" doc:"Without it, true."`
	}
}

// apiUserCreate serves POST /users.
func (h *handlers) apiUserCreate(ctx context.Context, in *userCreateInput) (*createdUserOutput, error) {
	user := services.NewUser{
		Username: in.Body.Username, Password: in.Body.Password, Email: in.Body.Email,
		FirstName: in.Body.FirstName, LastName: in.Body.LastName,
		IsActive: in.Body.IsActive == nil || *in.Body.IsActive,
	}
	if in.Body.Roles != nil {
		user.Roles = append([]string{}, *in.Body.Roles...)
	}
	return answerCreated(h.Users.Create(ctx, actorOf(ctx), user))
}

type userInput struct {
	UserID int64 `path:"user_id" doc:"The account's."`
}

// apiUserShow serves GET /users/{user_id}.
func (h *handlers) apiUserShow(ctx context.Context, in *userInput) (*userOutput, error) {
	return answerUser(h.Users.Get(ctx, actorOf(ctx), in.UserID))
}

type userUpdateInput struct {
	UserID  int64  `path:"user_id" doc:"The account's."`
	IfMatch string `header:"If-Match" doc:"The ETag that the change is meant for."`
	Body    struct {
		Username  *string `json:"username,omitempty" nullable:"false" example:"bob"`
		Email     *string `json:"email,omitempty" nullable:"false" example:"bob@example.com"`
		FirstName *string `json:"first_name,omitempty" nullable:"false" example:"Robert"`
		LastName  *string `json:"last_name,omitempty" nullable:"false" example:"Baker"`
		IsActive  *bool   `json:"is_active,omitempty" nullable:"false"`
	}
}

// apiUserUpdate serves PUT /users/{user_id}.
func (h *handlers) apiUserUpdate(ctx context.Context, in *userUpdateInput) (*userOutput, error) {
	patch := services.UserPatch{
		Username: in.Body.Username, Email: in.Body.Email, FirstName: in.Body.FirstName, LastName: in.Body.LastName,
		IsActive: in.Body.IsActive,
	}
	return answerUser(h.Users.Update(ctx, actorOf(ctx), in.UserID, patch, revision(in.IfMatch)))
}

// revision is what If-Match names (RFC 9110 §13.1.1): * is whatever there is.
// What names nothing, such as an empty tag, fits no revision.
func revision(ifMatch string) string {
	if ifMatch == "*" {
		return ""
	}
	if tag := strings.Trim(ifMatch, `"`); tag != "" || ifMatch == "" {
		return tag
	}
	return ifMatch
}

// apiUserDelete serves DELETE /users/{user_id}.
func (h *handlers) apiUserDelete(ctx context.Context, in *userInput) (*struct{}, error) {
	return nil, h.Users.Delete(ctx, actorOf(ctx), in.UserID)
}

// apiUserUnlock serves POST /users/{user_id}/unlock.
func (h *handlers) apiUserUnlock(ctx context.Context, in *userInput) (*struct{}, error) {
	return nil, h.Limits.Unlock(ctx, actorOf(ctx), in.UserID)
}

type userPasswordInput struct {
	UserID int64 `path:"user_id" doc:"The account's."`
	Body   struct {
		NewPassword string `json:"new_password" format:"password" example:"another horse battery"`
	}
}

// apiUserPassword serves POST /users/{user_id}/password.
func (h *handlers) apiUserPassword(ctx context.Context, in *userPasswordInput) (*struct{}, error) {
	return nil, h.Users.SetPassword(ctx, actorOf(ctx), in.UserID, in.Body.NewPassword)
}
