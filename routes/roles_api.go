package routes

import (
	"context"
	"fmt"

	"rolecall/models"
)

// A roleJSON is a role as the API shows it.
type roleJSON struct {
	RoleID      int64  `json:"role_id" example:"3"`
	RoleName    string `json:"role_name" example:"Editor"`
	Description string `json:"description"`
	UserCount   int64  `json:"user_count"`
}

func showRole(r models.Role) roleJSON {
	return roleJSON{RoleID: r.RoleID, RoleName: r.RoleName, Description: r.Description, UserCount: r.UserCount}
}

type (
	roleOutput struct {
		Body roleJSON
	}
	createdRoleOutput struct {
		Location string `header:"Location"`
		Body     roleJSON
	}
	roleListOutput struct {
		Body struct {
			Items []roleJSON `json:"items" nullable:"false"`
		}
	}
)

// apiRoleList serves GET /roles.
func (h *handlers) apiRoleList(ctx context.Context, _ *struct{}) (*roleListOutput, error) {
	roles, err := h.Roles.List(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	out := &roleListOutput{}
	out.Body.Items = make([]roleJSON, len(roles))
	for i, role := range roles {
		out.Body.Items[i] = showRole(role)
	}
	return out, nil
}

type roleCreateInput struct {
	Body struct {
		RoleName    string `json:"role_name" doc:"1 to 64 characters." example:"Editor"`
		Description string `json:"description,omitempty" doc:"At most 200 characters." example:"Writes and corrects texts."`
	}
}

// apiRoleCreate serves POST /roles.
func (h *handlers) apiRoleCreate(ctx context.Context, in *roleCreateInput) (*createdRoleOutput, error) {
	role, err := h.Roles.Create(ctx, actorOf(ctx), in.Body.RoleName, in.Body.Description)
	if err != nil {
		return nil, err
	}
	return &createdRoleOutput{Location: fmt.Sprintf("/roles/%d", role.RoleID), Body: showRole(role)}, nil
}

type roleUpdateInput struct {
	RoleID int64 `path:"role_id" doc:"The role's."`
	Body   struct {
		RoleName    *string `json:"role_name,omitempty" nullable:"false" example:"Author"`
		Description *string `json:"description,omitempty" nullable:"false" example:"Writes texts."`
	}
}

// apiRoleUpdate serves PUT /roles/{role_id}.
func (h *handlers) apiRoleUpdate(ctx context.Context, in *roleUpdateInput) (*roleOutput, error) {
	role, err := h.Roles.Update(ctx, actorOf(ctx), in.RoleID, in.Body.RoleName, in.Body.Description, "")
	if err != nil {
		return nil, err
	}
	return &roleOutput{showRole(role)}, nil
}

type roleDeleteInput struct {
	RoleID int64 `path:"role_id" doc:"The role's."`
	Force  bool  `query:"force" doc:"Takes the role from its holders first."`
}

// apiRoleDelete serves DELETE /roles/{role_id}.
func (h *handlers) apiRoleDelete(ctx context.Context, in *roleDeleteInput) (*struct{}, error) {
	return nil, h.Roles.Delete(ctx, actorOf(ctx), in.RoleID, in.Force)
}

type membershipInput struct {
	Body struct {
		UserID   int64  `json:"user_id" example:"7" maximum:"9007199254740991"` // of JSON's exact numbers
		RoleName string `json:"role_name" example:"Editor"`
	}
}

// apiRoleAssign serves POST /roles/assign.
func (h *handlers) apiRoleAssign(ctx context.Context, in *membershipInput) (*userOutput, error) {
	return answerUser(h.Roles.Assign(ctx, actorOf(ctx), in.Body.UserID, in.Body.RoleName))
}

// apiRoleRevoke serves POST /roles/revoke.
func (h *handlers) apiRoleRevoke(ctx context.Context, in *membershipInput) (*userOutput, error) {
	return answerUser(h.Roles.Revoke(ctx, actorOf(ctx), in.Body.UserID, in.Body.RoleName))
}
