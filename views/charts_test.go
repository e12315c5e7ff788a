package views

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"rolecall/models"
)

func TestScale(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ peak, step, top int64 }{
		{0, 1, 4}, {1, 1, 4}, {3, 1, 4}, {4, 1, 4}, {5, 2, 6}, {8, 2, 8}, {9, 5, 10}, {20, 5, 20}, {21, 10, 30}, {100, 50, 100},
		{101, 50, 150}, {999, 500, 1000}, {4001, 2000, 6000}, {1_234_567, 500_000, 1_500_000}, {math.MaxInt64 / 4, 1e18, 3e18},
	} {
		if step, top := scale(tt.peak); step != tt.step || top != tt.top {
			t.Errorf("scale(%d) = %d to %d, want %d to %d", tt.peak, step, top, tt.step, tt.top)
		}
	}
}

// chartOf has thirty days, of which the last have those numbers.
func chartOf(lower, higher []int64) Chart {
	days := make([]models.DayFigures, 30)
	for i := range days {
		days[i].Day = past.Day() - 29 + models.Day(i)
	}
	for i := range lower {
		days[30-len(lower)+i].Good, days[30-len(lower)+i].Bad = lower[i], higher[i]
	}
	return newChart("x", days, good, bad)
}

// TestBars holds that a bar is as high as its number, and one of a few is seen
// beside one of very many.
func TestBars(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                          string
		lower, higher, peak           int64 // of the day, and of another
		lowerHeight, higherHeight, at int   // and where the bar ends
	}{
		{"nothing", 0, 0, 100, 0, 0, 214},
		{"half", 50, 0, 100, 100, 0, 114},
		{"all", 100, 0, 100, 200, 0, 14},
		{"both parts", 30, 20, 100, 60, 40, 114},
		{"the upper part alone", 0, 100, 100, 0, 200, 14},
		{"one beside a million", 1, 1, 1_000_000, 2, 2, 210},
		{"rounded", 20, 0, 60, 67, 0, 147},
		{"one of very few", 1, 0, 1, 50, 0, 164},
	} {
		bars := chartOf([]int64{tt.peak, tt.lower}, []int64{0, tt.higher}).Bars()
		bar := bars[29]
		if bar.LowerHeight != tt.lowerHeight || bar.HigherHeight != tt.higherHeight || bar.HigherY != tt.at || bar.LowerY != 214-tt.lowerHeight {
			t.Errorf("%s: the bar is %+v", tt.name, bar)
		}
	}
}

func TestBarsLieSideBySide(t *testing.T) {
	t.Parallel()
	chart := chartOf([]int64{1}, []int64{1})
	var labels []string
	end := plotLeft
	for _, bar := range chart.Bars() {
		if bar.Slot != end || bar.X < bar.Slot || bar.X+barWidth > bar.Slot+bar.Width {
			t.Errorf("a bar begins at %d in a slot at %d, and the slot before ended at %d", bar.X, bar.Slot, end)
		}
		end = bar.Slot + bar.Width
		if bar.Labelled {
			labels = append(labels, english(t).when(bar.At).MonthDay)
		}
		if bar.AtEnd() != (bar.At == chart.Last()) {
			t.Errorf("the bar of %s is at the end = %t", english(t).when(bar.At).Date, bar.AtEnd())
		}
	}
	if end != plotRight {
		t.Errorf("the last slot ends at %d, want %d", end, plotRight)
	}
	if want := []string{"02-03", "02-10", "02-17", "02-24", "03-04"}; !slices.Equal(labels, want) {
		t.Errorf("the labels are %v, want %v", labels, want)
	}
}

func TestTicks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		peak int64
		want string
	}{
		{1, "[{214 0} {164 1} {114 2} {64 3} {14 4}]"},
		{60, "[{214 0} {147 20} {81 40} {14 60}]"},
		{1_700, "[{214 0} {164 500} {114 1000} {64 1500} {14 2000}]"},
		{12_000, "[{214 0} {147 5k} {81 10k} {14 15k}]"},
		{2_500_000, "[{214 0} {147 1M} {81 2M} {14 3M}]"},
	} {
		if got := fmt.Sprint(chartOf([]int64{tt.peak}, []int64{0}).Ticks()); got != tt.want {
			t.Errorf("the scale to %d is %s, want %s", tt.peak, got, tt.want)
		}
	}
}

func TestSums(t *testing.T) {
	t.Parallel()
	chart := chartOf([]int64{5, 0, 7}, []int64{3, 9, 1})
	if chart.Lower() != 12 || chart.Higher() != 13 || chart.Peak() != 9 || !chart.Stacked() {
		t.Errorf("got %d and %d, at most %d a day, stacked %t, want 12, 13, 9 and true", chart.Lower(), chart.Higher(), chart.Peak(), chart.Stacked())
	}
	if chart := (Overview{Figures: models.Figures{Days: chart.Days}}).Registrations(); chart.Peak() != 0 || chart.Stacked() {
		t.Errorf("registrations are at most %d a day, stacked %t, want none and false", chart.Peak(), chart.Stacked())
	}
}

// TestTiles holds which numbers the overview has, in which order, and that this
// week is the last seven days.
func TestTiles(t *testing.T) {
	t.Parallel()
	page := Overview{Figures: figures()}
	for i := range page.Days {
		page.Days[i].Registered, page.Days[i].Good, page.Days[i].Bad = 1, 10, 100
	}
	page.Days[22].Registered = 1000
	var got []string
	for _, tile := range page.Tiles() {
		got = append(got, fmt.Sprintf("%s %d (%s) %s", tile.Label, tile.Value, tile.Note.In(english(t)), tile.URL))
	}
	want := []string{
		"Users 1234 (1,200 active) /admin/users", "New this week 7 (1 today) /admin/users?sort=-created_at",
		"Active sessions 1042 (12 in browsers, 1,030 by the API) ", "Failed sign-ins 700 (of 770 in 7 days) ",
		"Locked 3 (after failed sign-ins) /admin/users?status=locked", "Old hashes 77 (lower cost or another kind) #hashes",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Tiles = %q, want %q", got, want)
	}
}
