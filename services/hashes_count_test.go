package services

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
)

func TestHashKinds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		want := []models.HashCount{
			{Name: "bcrypt", Cost: "5", State: models.HashRenewed, Count: 2},
			{Name: "bcrypt", Cost: "6", State: models.HashCurrent, Count: 3}, // the cast
			{Name: "bcrypt", Cost: "31", State: models.HashUnread, Count: 1},
			{Name: "bcrypt_sha256 (passlib)", Cost: "4", State: models.HashRenewed, Count: 2}, // of version 1
			{Name: "Argon2id", Cost: "m=64,t=1,p=2", State: models.HashRenewed, Count: 2},
			{Name: "Argon2i", Cost: "m=64,t=2,p=2", State: models.HashRenewed, Count: 2},
			{Name: "PBKDF2-SHA512 (passlib)", Cost: "100", State: models.HashRenewed, Count: 2},
			{Name: "PBKDF2-SHA256 (passlib)", Cost: "100", State: models.HashRenewed, Count: 2},
			{Name: "PBKDF2-SHA256 (passlib)", Cost: "3000001", State: models.HashUnread, Count: 1},
			{Name: "PBKDF2-SHA1 (passlib)", Cost: "100", State: models.HashRenewed, Count: 2},
			{Name: "PBKDF2-SHA256 (Django)", Cost: "100", State: models.HashRenewed, Count: 2},
			{Name: "SHA-512 crypt", Cost: "1000", State: models.HashRenewed, Count: 2},
			{Name: "SHA-512 crypt", Cost: "5000", State: models.HashRenewed, Count: 1},
			{Name: "SHA-256 crypt", Cost: "1000", State: models.HashRenewed, Count: 2},
			{Name: "ASP.NET Core Identity v3", Cost: "100", State: models.HashRenewed, Count: 1},
			{Name: "ASP.NET Core Identity v3", Cost: "10000", State: models.HashRenewed, Count: 1},
			{Name: "ASP.NET Core Identity v2", Cost: "1000", State: models.HashRenewed, Count: 2},
			{State: models.HashMissing, Count: 2},
			{State: models.HashUnread, Count: 4},
		}
		n := 0
		insert := func(hash any) {
			n++
			f.exec(`INSERT INTO "Users" ("Username", "PasswordHash", "Email") VALUES (?, ?, ?)`, fmt.Sprint("u", n), hash, fmt.Sprint("u", n))
		}
		of := map[string][]string{}
		for _, tt := range hashFixtures(t) {
			of[tt.kind+" "+tt.cost] = append(of[tt.kind+" "+tt.cost], tt.hash)
		}
		for _, count := range want[3:17] {
			for i := range count.Count {
				if count.State == models.HashRenewed {
					insert(of[count.Name+" "+count.Cost][i])
				}
			}
		}
		for _, hash := range []string{
			dummyHash(5), dummyHash(5), replaced(t, "bcrypt", "$04$", "$31$"), replaced(t, "PBKDF2-SHA256 (passlib)", "$100$", "$3000001$"), "", "",
			"$1$salt$qJH7.N4xYta3aEG/dfqo/0", "swordfish", "AQ", "$2b$12$",
		} {
			insert(hash)
		}
		got, err := f.Figures.HashKinds(t.Context(), f.as("root"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("HashKinds (-want +got):\n%s", diff)
		}
		for as, want := range map[string]models.Kind{"": models.Unauthenticated, "bob": models.Forbidden} {
			if _, err := f.Figures.HashKinds(t.Context(), f.as(as)); models.KindOf(err) != want {
				t.Errorf("HashKinds as %q = %v, want kind %q", as, err, want)
			}
		}
	}, func(c *Config) { c.BcryptCost = 6 })
}

// The doctor names kinds and costs, each with its number.
func TestHashesIn(t *testing.T) {
	counts := []models.HashCount{
		{Name: "bcrypt", Cost: "12", State: models.HashCurrent, Count: 7},
		{Name: "Argon2id", Cost: "m=65536,t=3,p=4", State: models.HashRenewed, Count: 2},
		{Name: "SHA-512 crypt", Cost: "656000", State: models.HashRenewed, Count: 1},
		{Name: "bcrypt", Cost: "31", State: models.HashUnread, Count: 1},
		{State: models.HashUnread, Count: 3},
	}
	for state, want := range map[models.HashState]string{
		models.HashCurrent: "bcrypt of cost 12 (7)", models.HashRenewed: "Argon2id of cost m=65536,t=3,p=4 (2), SHA-512 crypt of cost 656000 (1)",
		models.HashUnread: "bcrypt of cost 31 (1), no known kind (3)", models.HashMissing: "",
	} {
		if _, got := hashesIn(state, counts); got != want {
			t.Errorf("of the state %s are %q, want %q", state, got, want)
		}
	}
}

// A program may make each hash at another cost: they are told together, and those
// in another state apart.
func TestHashCountsAreMerged(t *testing.T) {
	counts := hashCounts{}
	for rounds := range int64(20) {
		counts.add(12, replaced(t, "PBKDF2-SHA256 (passlib)", "$100$", fmt.Sprintf("$%d$", 29000+rounds)), rounds)
	}
	for _, rounds := range []string{"4000000", "3000001"} {
		counts.add(12, replaced(t, "PBKDF2-SHA256 (passlib)", "$100$", "$"+rounds+"$"), 1)
	}
	want := []models.HashCount{
		{Name: "PBKDF2-SHA256 (passlib)", Cost: "29000–29019", State: models.HashRenewed, Count: 190},
		{Name: "PBKDF2-SHA256 (passlib)", Cost: "3000001", State: models.HashUnread, Count: 1},
		{Name: "PBKDF2-SHA256 (passlib)", Cost: "4000000", State: models.HashUnread, Count: 1},
	}
	if diff := cmp.Diff(want, counts.sorted()); diff != "" {
		t.Errorf("the counts differ (-want +got):\n%s", diff)
	}
}
