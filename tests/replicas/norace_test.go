//go:build !race

package replicas

const watched = 1 // see race_test.go
