//go:build race

package replicas

// watched: the program is made with the flags of the test, and the race detector
// keeps some bytes for each byte of memory.
const watched = 8
